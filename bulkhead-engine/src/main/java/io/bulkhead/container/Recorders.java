package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.denial.DenialWatch;
import io.bulkhead.idmap.IdRange;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.SyscallRecorder;
import io.bulkhead.kernel.SyscallRecorder.Count;
import io.bulkhead.kernel.SyscallRecorder.Scope;
import io.bulkhead.name.ContainerId;
import io.bulkhead.recording.RecordingException;
import io.bulkhead.recording.Recordings;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.Recording;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Records what containers call that were started with `seccomp:record:NAME`, from before their program begins until
/// their end. What was counted is stored every [#PAUSE] and at the end, so a daemon that is killed loses the counts of
/// that time at most; the next daemon goes on with containers that still run.
final class Recorders {

    private static final System.Logger LOG = System.getLogger(Recorders.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// In the run directory of a container whose filter makes the records.
    private static final String MARK = "recorded-by-log";

    private final Recordings recordings;
    private final RecordingChoice choice;
    private final Optional<DenialWatch> records;
    private volatile Optional<RecordingMethod> probed = Optional.empty();
    private final Map<ContainerId, Active> active = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("recordings").factory());

    /// @param records of the kernel's, where they can be read
    Recorders(Recordings recordings, RecordingChoice choice, Optional<DenialWatch> records) {
        this.recordings = recordings;
        this.choice = choice;
        this.records = records;
    }

    /// Found out when it is first needed: it takes some tens of milliseconds.
    RecordingMethod method() {
        Optional<RecordingMethod> known = probed;
        RecordingMethod method = known.isPresent() ? known.get() : RecordingMethod.probe(choice, records);
        probed = Optional.of(method);
        return method;
    }

    Recordings recordings() {
        return recordings;
    }

    /// One run that is recorded. The object itself guards what of it is stored.
    private static final class Active {

        private final RecordingName name;
        private final String image;
        private final CallCounter counter;
        private final Map<SyscallTable, Map<Integer, Long>> stored = new EnumMap<>(SyscallTable.class);
        private boolean newRun;

        Active(RecordingName name, String image, CallCounter counter, boolean newRun) {
            this.name = name;
            this.image = image;
            this.counter = counter;
            this.newRun = newRun;
        }

        /// Nothing is forgotten if it cannot be stored.
        synchronized void store(Recordings recordings) {
            List<Count> counts = counter.counts();
            var more = new ArrayList<Recording.Call>();
            for (Count count : counts) {
                long known = stored.getOrDefault(count.table(), Map.of()).getOrDefault(count.number(), 0L);
                if (count.calls() > known) {
                    more.add(new Recording.Call(count.table(), count.number(), count.calls() - known));
                }
            }
            if (more.isEmpty()) {
                return;
            }
            recordings.add(name, more, newRun, image, counter.method());
            newRun = false;
            counts.forEach(count ->
                    stored.computeIfAbsent(count.table(), _ -> new HashMap<>()).put(count.number(), count.calls()));
        }
    }

    /// Begins to record, if that is asked for: between the container's creation and its start, so that what the runtime
    /// does before is not in it.
    ///
    /// @throws EngineException if its calls cannot be told from others', or the kernel refuses
    void begin(Life life, Run run) {
        life.spec().isolation().recording().ifPresent(name -> {
            try {
                recordings.requireRoom(name);
            } catch (RecordingException full) {
                throw new EngineException(Reason.CONFLICT, String.valueOf(full.getMessage()), full);
            }
            switch (method()) {
                case RecordingMethod.Ebpf _ -> attach(life, run, name, true);
                case RecordingMethod.Log(var watch, var _) -> {
                    leaveMark(life);
                    begin(life, name, new CallCounter.ByRecords(watch.listen(life.id())), true);
                }
                case RecordingMethod.None(var why) -> throw refused(name, why);
            }
        });
    }

    /// Goes on with a container that an earlier daemon started. It does not keep the daemon from starting.
    void resume(Life life, Run run) {
        life.spec().isolation().recording().ifPresent(name -> {
            try {
                if (Files.exists(mark(life))) {
                    DenialWatch watch = records.orElseThrow(
                            () -> refused(name, "the kernel's audit records cannot be read any more"));
                    begin(life, name, new CallCounter.ByRecords(watch.listen(life.id())), false);
                } else {
                    attach(life, run, name, false);
                }
            } catch (EngineException failure) {
                LOG.log(System.Logger.Level.ERROR, "container=" + life.id() + " its calls are not recorded", failure);
            }
        });
    }

    private void attach(Life life, Run run, RecordingName name, boolean newRun) {
        IsolationSpec isolation = life.spec().isolation();
        boolean filtered = switch (isolation.confinement()) {
            case Confinement.Filtered _, Confinement.Canary _ -> true;
            case Confinement.Unconfined _ -> false;
        };
        try {
            begin(life, name, new CallCounter.ByProgram(SyscallRecorder.attach(scope(life, run), filtered)), newRun);
        } catch (KernelException failure) {
            throw refused(name, String.valueOf(failure.getMessage()));
        }
    }

    private void begin(Life life, RecordingName name, CallCounter counter, boolean newRun) {
        var recorded = new Active(name, life.spec().imageName(), counter, newRun);
        active.put(life.id(), recorded);
        storeAgainAndAgain(life.id(), recorded);
    }

    private static EngineException refused(RecordingName name, String why) {
        return new EngineException(
                Reason.RUNTIME_FAILED,
                "seccomp:record:" + name + ": " + why + "; leave the option out to run without being recorded");
    }

    private static Path mark(Life life) {
        return life.bundle().resolve(MARK);
    }

    private static void leaveMark(Life life) {
        try {
            Files.createFile(mark(life));
        } catch (IOException failure) {
            throw new EngineException(Reason.STORAGE, "a mark cannot be made: " + failure, failure);
        }
    }

    /// Whether a start has to give the container a filter that logs what it allows.
    ///
    /// @throws EngineException if it is to be recorded and cannot be
    boolean needsLoggingFilter(Life life) {
        Optional<RecordingName> name = life.spec().isolation().recording();
        if (name.isEmpty()) {
            return false;
        }
        return switch (method()) {
            case RecordingMethod.Ebpf _ -> false;
            case RecordingMethod.None(var why) -> throw refused(name.get(), why);
            case RecordingMethod.Log(var _, var why) -> {
                if (!(life.spec().isolation().confinement() instanceof Confinement.Filtered)) {
                    throw refused(
                            name.get(),
                            "calls are recorded by the container's filter here (" + why + "), and with "
                                    + "seccomp=unconfined or seccomp:canary that does not tell them");
                }
                if (life.definition().range().isEmpty()
                        || StartNamespaces.joins(life.spec()).isPresent()) {
                    throw refused(
                            name.get(),
                            "calls are recorded by the kernel's records here (" + why + "), which do not tell "
                                    + "containers apart that share user ids; leave out --userns and shared namespaces");
                }
                yield true;
            }
        };
    }

    /// By its own range of user ids if nobody shares that, otherwise by its pid namespace.
    private static Scope scope(Life life, Run run) {
        Optional<IdRange> range = life.definition().range();
        if (range.isPresent() && StartNamespaces.joins(life.spec()).isEmpty()) {
            return new Scope.Users(range.get());
        }
        if (life.spec().isolation().pid() instanceof NamespaceMode.Private) {
            return Scope.PidNamespace.of(run.processes().process());
        }
        throw new EngineException(
                Reason.CONFLICT,
                "seccomp:record: nothing tells the container's calls from others': it shares user ids and processes; "
                        + "leave out --userns=host or --pid");
    }

    /// Stores the rest; nothing is attached to the kernel any more. Fine for one that is not recorded.
    void end(ContainerId id) {
        Active ended = active.remove(id);
        if (ended != null) {
            try {
                ended.counter.settle();
                store(id, ended);
            } finally {
                ended.counter.close();
            }
        }
    }

    /// For as long as this run is recorded; an engine that records nothing has nothing to wake up for.
    private void storeAgainAndAgain(ContainerId id, Active recorded) {
        var _ = timer.schedule(
                () -> {
                    if (active.get(id) == recorded) {
                        store(id, recorded);
                        storeAgainAndAgain(id, recorded);
                    }
                },
                PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void store(ContainerId id, Active recorded) {
        try {
            recorded.store(recordings);
        } catch (RecordingException | KernelException failure) {
            LOG.log(System.Logger.Level.ERROR, "container=" + id + " its recording cannot be stored", failure);
        } catch (IllegalStateException _) {
            // it ended in this moment, and was stored then
        }
    }

    /// Stores what there is; the containers may go on.
    void close() {
        timer.shutdown();
        List.copyOf(active.keySet()).forEach(this::end);
    }
}
