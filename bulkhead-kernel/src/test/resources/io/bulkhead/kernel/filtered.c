/* Loads seccomp filters given as bytes on standard input.
 *
 * hold, traced: a count of filters, the filters. A child loads them, says its number, and stays until its input ends;
 *               then it says how many real-time signals it got. With "traced" its parent traces it.
 * ask:          again and again a filter, a count of calls, the calls (number and six arguments). A child loads the
 *               filter, makes the calls and says what each returned.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void count(int number) {
    (void) number;
    signals++;
}

static int take(void *to, size_t bytes) {
    char *at = to;
    while (bytes > 0) {
        ssize_t got = read(0, at, bytes);
        if (got <= 0) {
            return 0;
        }
        at += got;
        bytes -= (size_t) got;
    }
    return 1;
}

static struct sock_fprog filter(void) {
    uint32_t length;
    if (!take(&length, sizeof length)) {
        exit(0);
    }
    struct sock_fprog program = {(unsigned short) length, calloc(length, sizeof(struct sock_filter))};
    if (!take(program.filter, length * sizeof(struct sock_filter))) {
        exit(2);
    }
    return program;
}

static void load(struct sock_fprog program) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
        perror("seccomp");
        _exit(3);
    }
}

static int hold(int traced) {
    pid_t child = fork();
    if (child != 0) {
        if (traced && ptrace(PTRACE_SEIZE, child, 0, 0) != 0) {
            perror("ptrace");
        }
        int status;
        waitpid(child, &status, 0);
        return 0;
    }
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    sigaction(SIGRTMIN, &action, NULL);
    uint32_t filters;
    if (!take(&filters, sizeof filters)) {
        return 2;
    }
    for (uint32_t i = 0; i < filters; i++) {
        load(filter());
    }
    dprintf(1, "%d\n", getpid());
    char end;
    take(&end, 1);
    dprintf(1, "%d\n", (int) signals);
    _exit(0);
}

static int ask(void) {
    while (1) {
        struct sock_fprog program = filter();
        uint32_t calls;
        if (!take(&calls, sizeof calls)) {
            return 2;
        }
        int64_t *call = calloc(calls, 7 * sizeof(int64_t));
        if (!take(call, calls * 7 * sizeof(int64_t))) {
            return 2;
        }
        pid_t child = fork();
        if (child == 0) {
            int64_t *answers = calloc(calls, sizeof(int64_t));
            load(program);
            for (uint32_t i = 0; i < calls; i++, call += 7) {
                long result = syscall(call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
                answers[i] = result == -1 ? -errno : result;
            }
            _exit(write(1, answers, calls * sizeof(int64_t)) == (ssize_t) (calls * sizeof(int64_t)) ? 0 : 4);
        }
        int status;
        waitpid(child, &status, 0);
        if (status != 0) {
            fprintf(stderr, "child ended with status %x\n", (unsigned) status);
            return 5;
        }
        free(program.filter);
        free(call);
    }
}

int main(int count, char **words) {
    (void) count;
    return strcmp(words[1], "ask") == 0 ? ask() : hold(strcmp(words[1], "traced") == 0);
}
