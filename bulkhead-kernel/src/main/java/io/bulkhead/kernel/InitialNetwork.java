package io.bulkhead.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/// The network namespace the machine started with: the only one the kernel sends audit records to (kernel/audit.c). An
/// engine that runs in another finds it with one of its ancestors, process 1 at the latest.
final class InitialNetwork {

    /// Settings of the whole machine's network are shown there alone (net/core/sysctl_net_core.c).
    private static final Path MARK = Path.of("/proc/sys/net/core/netdev_budget");

    private InitialNetwork() {}

    /// @throws KernelException EPERM if this process is in another one and may enter none of its ancestors'
    static <T> T run(Supplier<T> action) {
        if (Files.exists(MARK)) {
            return action.get();
        }
        int self = (int) ProcessHandle.current().pid();
        for (int pid = parent(self); pid > 0; pid = parent(pid)) {
            Optional<Fd> network = at(pid);
            if (network.isPresent()) {
                try (Fd initial = network.get()) {
                    return NetworkVisit.run(initial, action);
                }
            }
        }
        throw new KernelException("enter the initial network namespace", Errno.EPERM);
    }

    private static Optional<Fd> at(int pid) {
        try {
            Fd network = Namespaces.ofProcess(pid, "net");
            boolean initial = NetworkVisit.run(network, () -> Files.exists(MARK));
            if (!initial) {
                network.close();
            }
            return initial ? Optional.of(network) : Optional.empty();
        } catch (KernelException _) {
            // gone, or with more power than this process has
            return Optional.empty();
        }
    }

    /// 0 if it has none, or is gone.
    private static int parent(int pid) {
        return ProcessStatus.of(pid).map(status -> status.number("PPid")).orElse(0);
    }
}
