package io.bulkhead.container;

import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.audit.Gate;
import io.bulkhead.denial.Denial;
import io.bulkhead.denial.DenialWatch;
import io.bulkhead.denial.Owners;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SyscallTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// The system calls that containers were refused: whose they were, by which rule, and what lifts it. Each is on the
/// record and in the log once.
final class RefusedCalls implements Owners, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RefusedCalls.class.getName());

    private final Index index;
    private final Gate gate;
    private Optional<DenialWatch> watch = Optional.empty();

    private RefusedCalls(Index index, Gate gate) {
        this.index = index;
        this.gate = gate;
    }

    /// Where the kernel does not tell, containers are held all the same.
    static RefusedCalls open(IdRange pool, Index index, Gate gate, Clock clock) {
        var refused = new RefusedCalls(index, gate);
        try {
            var watch = DenialWatch.open(pool, refused, refused::tell, clock);
            refused.watch = Optional.of(watch);
            index.whenChanged(watch::changed);
        } catch (KernelException unable) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "refused system calls are not told: the kernel's audit records cannot be read",
                    "reason",
                    unable.getMessage());
        }
        return refused;
    }

    /// Empty where the kernel does not tell.
    Optional<DenialWatch> watch() {
        return watch;
    }

    List<Denial> all() {
        return watch.orElseThrow(() -> new EngineException(
                        EngineException.Reason.UNSUPPORTED,
                        "the kernel does not tell which system calls it refuses: its audit records cannot be read "
                                + "(CAP_AUDIT_READ, CONFIG_AUDIT)"))
                .all();
    }

    private void tell(Denial denial) {
        Owner owner = denial.owner();
        LOG.log(
                System.Logger.Level.INFO,
                denial.enforced() ? "system call refused" : "system call let through",
                "container",
                owner.id(),
                "name",
                owner.name(),
                "call",
                denial.call(),
                "table",
                denial.table().label(),
                "command",
                denial.last().command(),
                "outcome",
                denial.reason().outcome(),
                "rule",
                denial.reason().rule(),
                "lifted_by",
                denial.reason().remedy());
        gate.recordRefusal(
                new Caller.Engine("kernel"),
                Operation.CONTAINER_SYSCALL,
                new Target.InContainer(
                        owner.target(), "syscall:" + denial.table().label() + ":" + denial.call()),
                new Decision.Denied(
                        denial.enforced() ? Decision.Reason.SYSCALL_FILTER : Decision.Reason.SYSCALL_CANARY,
                        "seccomp: " + denial.reason().rule(),
                        denial.reason().remedy()));
    }

    /// Containers that share their ids are told apart by their control group, as are those with the host's.
    @Override
    public Optional<Owner> of(long user, int pid) {
        List<Life> lives = index.all().stream().filter(life -> has(life, user)).toList();
        if (lives.size() == 1 && lives.getFirst().definition().range().isPresent()) {
            return lives.stream().map(RefusedCalls::owner).findFirst();
        }
        return lives.isEmpty()
                ? gone(user)
                : byControlGroup(lives, pid)
                        .or(() -> lives.stream()
                                .filter(life -> life.definition().range().isPresent())
                                .map(RefusedCalls::owner)
                                .findFirst());
    }

    /// A range that no container has is that of the one which had it last. It is not muted for that any more: the next
    /// container with these ids did nothing.
    private Optional<Owner> gone(long user) {
        return index.gone().stream()
                .filter(life -> life.definition()
                        .range()
                        .filter(range -> range.contains(user))
                        .isPresent())
                .map(life -> owner(life, Optional.empty()))
                .findFirst();
    }

    private static boolean has(Life life, long user) {
        return life.definition()
                .range()
                .map(range -> range.contains(user))
                .orElseGet(() -> life.run().isPresent());
    }

    private static Optional<Owner> byControlGroup(List<Life> lives, int pid) {
        try {
            String groups = Files.readString(Path.of("/proc/" + pid + "/cgroup"), StandardCharsets.ISO_8859_1);
            return lives.stream()
                    .filter(life -> groups.contains("/" + life.id().value()))
                    .map(RefusedCalls::owner)
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Owner owner(Life life) {
        return owner(life, life.definition().range());
    }

    private static Owner owner(Life life, Optional<IdRange> muted) {
        return new Owner(
                life.id(),
                life.spec().name().value(),
                life.spec().imageName(),
                life.spec().target(),
                muted);
    }

    @Override
    public Optional<Reason> why(Owner owner, SyscallTable table, int number, FilterAction action) {
        return index.find(owner.id())
                .or(() -> index.gone().stream()
                        .filter(life -> life.id().equals(owner.id()))
                        .findFirst())
                .map(life -> FilterReasons.of(life.spec().isolation(), table, number, action))
                .orElseGet(() ->
                        Optional.of(new Reason("unknown", "the container's filter", "unknown: the container is gone")));
    }

    @Override
    public void close() {
        watch.ifPresent(DenialWatch::close);
    }
}
