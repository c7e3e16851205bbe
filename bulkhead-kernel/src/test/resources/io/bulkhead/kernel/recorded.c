/* recorded USER PIDNS: makes calls that are counted: 1000 getppid, 500 getppid of the i386 table, 300 by a thread, 200
 * by a child of another user, 100 under a filter. With PIDNS 1 in a pid namespace of its own; with 2 only
 * answers whether the kernel takes i386 calls. */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void calls(long number, int times) {
    for (int i = 0; i < times; i++) {
        syscall(number);
    }
}

static void i386_calls(int times) {
#ifdef __x86_64__
    for (int i = 0; i < times; i++) {
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(64L) : "r8", "r9", "r10", "r11", "memory");
    }
#endif
}

/* 0 if the kernel takes i386 calls; otherwise the signal it answers with. */
static int has_i386(void) {
    pid_t child = fork();
    if (child == 0) {
        i386_calls(1);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return status;
}

static void *thread(void *unused) {
    calls(SYS_getppid, 300);
    return unused;
}

static int run(int user) {
    if (setresuid(user, user, user + 1)) {
        return 2;
    }
    calls(SYS_getppid, 1000);
    if (!has_i386()) {
        i386_calls(500);
    }
    pthread_t other;
    if (pthread_create(&other, 0, thread, 0) || pthread_join(other, 0)) {
        return 3;
    }
    pid_t child = fork();
    if (child == 0) {
        if (setresuid(user + 1, user + 1, user + 1)) {
            _exit(4);
        }
        calls(SYS_getppid, 200);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (status) {
        return 5;
    }
    struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, allow};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        return 6;
    }
    calls(SYS_getppid, 100);
    return 0;
}

int main(int argc, char **argv) {
    int user = atoi(argv[1]);
    if (argv[2][0] == '2') {
        return has_i386() != 0;
    }
    if (argv[2][0] == '0') {
        getchar();
        return run(user);
    }
    if (unshare(CLONE_NEWPID)) {
        return 7;
    }
    pid_t child = fork();
    if (child == 0) {
        getchar();
        _exit(run(user));
    }
    printf("%d\n", child);
    fflush(stdout);
    int status;
    waitpid(child, &status, 0);
    return status ? 8 : 0;
}
