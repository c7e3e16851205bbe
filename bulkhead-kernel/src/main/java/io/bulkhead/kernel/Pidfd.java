package io.bulkhead.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/// A process, named so that its pid being used again by another cannot matter. It need not be a child.
///
/// Guarded by: signalling and closing exclude each other, or a signal could go through a descriptor number that was
/// closed and given to another process's pidfd meanwhile.
public final class Pidfd implements AutoCloseable {

    /// Where the start time stands after the command's name (proc_pid_stat(5), field 22).
    private static final int START_TIME = 19;

    private final Fd fd;
    private final CompletableFuture<Void> exited = new CompletableFuture<>();
    private final Runnable unwatch;

    private Pidfd(Fd fd) {
        this.fd = fd;
        this.unwatch = Watcher.shared().whenReadable(fd, () -> exited.complete(null));
    }

    /// The process, if `pid` still is the one that started at `startTimeTicks` ([#startTime]).
    public static Optional<Pidfd> open(int pid, long startTimeTicks) {
        long opened = Calls.syscall(Sys.PIDFD_OPEN, pid, 0);
        // EINVAL, and ENOENT since Linux 6.15: the number of a thread that is not a process.
        if (opened == -Errno.ESRCH || opened == -Errno.EINVAL || opened == -Errno.ENOENT) {
            return Optional.empty();
        }
        Fd fd = new Fd((int) Calls.check(opened, "pidfd_open " + pid));
        try {
            // Asked after opening: had the pid been used again before, the time would differ.
            OptionalLong started = startTime(pid);
            if (started.isPresent() && started.getAsLong() == startTimeTicks) {
                return Optional.of(new Pidfd(fd));
            }
        } catch (KernelException failure) {
            fd.close();
            throw failure;
        }
        fd.close();
        return Optional.empty();
    }

    /// When a process started, in clock ticks since boot; empty if there is none.
    public static OptionalLong startTime(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The name may hold blanks and brackets itself: what counts is the last bracket.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return OptionalLong.of(Long.parseLong(fields[START_TIME]));
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    /// Sends a signal. One that has ended and was not waited for yet takes it without any effect.
    /// @throws KernelException (ESRCH) once it has ended and was waited for
    public synchronized void signal(int signal) {
        Calls.check(Calls.syscall(Sys.PIDFD_SEND_SIGNAL, fd.number(), signal, 0, 0), "pidfd_send_signal " + signal);
    }

    /// Done when the process ends; never, if this is closed before. What depends on it runs on the watching thread
    /// and must not block.
    public CompletableFuture<Void> exited() {
        return exited.copy();
    }

    public Fd fd() {
        return fd;
    }

    @Override
    public synchronized void close() {
        unwatch.run();
        fd.close();
    }
}
