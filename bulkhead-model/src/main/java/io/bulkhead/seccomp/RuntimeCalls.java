package io.bulkhead.seccomp;

import java.util.SortedSet;
import java.util.TreeSet;

/// What the runtime itself calls between loading a container's filter and its program: without these nothing starts.
///
/// Found by `strace -ff` of `create` and `start` and of `exec`, as root and as another user, with and without a
/// terminal
/// and `no-new-privileges`, taking what the process calls after it has loaded its filter up to its `execve`. With
/// `no-new-privileges` it is the fewest, since both load the filter last then. Newer versions may call others: whoever
/// finds a container that does not start under its recorded profile sees them in `bulkhead denials`.
final class RuntimeCalls {

    /// crun 1.8.1.
    private static final String CRUN = """
            capset close execve ioctl openat prctl pselect6 read rt_sigaction rt_sigprocmask setgroups setresgid
            setresuid statx umask write""";

    /// runc 1.1.5.
    private static final String RUNC = """
            capget capset chdir close epoll_ctl execve faccessat2 fchown fcntl fstat fstatfs futex getcwd getdents64
            getpid getppid newfstatat openat prctl read rt_sigreturn setgid setgroups setuid write""";

    /// What Go's scheduler and memory management may call at any time in runc, seen or not.
    private static final String GO =
            "epoll_pwait madvise mmap munmap nanosleep rt_sigaction rt_sigprocmask sched_yield " + "tgkill";

    private RuntimeCalls() {}

    static SortedSet<String> all() {
        return names(CRUN, RUNC, GO);
    }

    /// @param runtime `crun` or `runc`
    static SortedSet<String> of(String runtime) {
        return runtime.equals("crun") ? names(CRUN) : names(RUNC, GO);
    }

    private static SortedSet<String> names(String... lists) {
        var names = new TreeSet<String>();
        for (String each : lists) {
            for (String name : each.split("\\s+", -1)) {
                names.add(Syscalls.require(name));
            }
        }
        return names;
    }
}
