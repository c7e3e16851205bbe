package io.bulkhead.container;

import io.bulkhead.container.Progress.Processes;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.Errno;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Pidfd;
import io.bulkhead.spec.Signal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/// One start of a container, from its created processes until its end was dealt with.
final class Run {

    private final Processes processes;
    private final Optional<Pidfd> monitor;
    private final Optional<Pidfd> process;
    private final Audience audience = new Audience();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile boolean stopAsked;

    private Run(Processes processes, Optional<Pidfd> monitor, Optional<Pidfd> process) {
        this.processes = processes;
        this.monitor = monitor;
        this.process = process;
        CompletableFuture<Void> _ = process.map(Pidfd::exited)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(audience::processEnded);
    }

    /// Takes hold of processes just started. One that has ended already is one that has ended.
    static Run of(String bootId, int monitor, int process) {
        OptionalLong monitorStart = Pidfd.startTime(monitor);
        OptionalLong processStart = Pidfd.startTime(process);
        return of(new Processes(bootId, monitor, monitorStart.orElse(0), process, processStart.orElse(0)));
    }

    /// Takes hold of processes known from before.
    static Run of(Processes processes) {
        return new Run(
                processes,
                Pidfd.open(processes.monitor(), processes.monitorStart()),
                Pidfd.open(processes.process(), processes.processStart()));
    }

    Processes processes() {
        return processes;
    }

    /// Done when the monitor has ended, whether it said how or not.
    CompletableFuture<Void> monitorEnded() {
        return monitor.map(Pidfd::exited).orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /// The root file system of the first process, pinned; nothing when that has ended and somebody else may have its
    /// number.
    ///
    /// @throws KernelException when there is no process of the number
    Optional<Directory> root() {
        Directory root = Directory.ofProcessRoot(processes.process());
        if (Pidfd.startTime(processes.process()).orElse(-1) == processes.processStart()) {
            return Optional.of(root);
        }
        root.close();
        return Optional.empty();
    }

    /// The clients attached to it.
    Audience audience() {
        return audience;
    }

    /// Sends a signal to the container's first process.
    ///
    /// @return false once that has ended
    boolean signal(Signal signal) {
        return process.isPresent() && sent(process.get(), signal);
    }

    /// The monitor was killed: without it nobody reads the container's output or its end.
    void killAll() {
        boolean _ = signal(Signal.KILL);
        monitor.ifPresent(each -> sent(each, Signal.KILL));
    }

    private static boolean sent(Pidfd to, Signal signal) {
        try {
            to.signal(signal.number());
            return true;
        } catch (KernelException ended) {
            if (ended.errno() == Errno.ESRCH) {
                return false;
            }
            throw ended;
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    /// Somebody wants it to end: no restart policy applies.
    void askToStop() {
        stopAsked = true;
    }

    boolean stopAsked() {
        return stopAsked;
    }

    /// Done when nothing of it is left on the host and its end is stored.
    CompletableFuture<Void> over() {
        return over;
    }

    void finish() {
        monitor.ifPresent(Pidfd::close);
        process.ifPresent(Pidfd::close);
        over.complete(null);
    }
}
