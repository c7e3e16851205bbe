package io.bulkhead.container;

import io.bulkhead.container.EngineException.Reason;
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
    private static final String METHOD = "ebpf";

    private final Recordings recordings;
    private final Map<ContainerId, Active> active = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("recordings").factory());

    Recorders(Recordings recordings) {
        this.recordings = recordings;
    }

    Recordings recordings() {
        return recordings;
    }

    /// One run that is recorded. The object itself guards what of it is stored.
    private static final class Active {

        private final RecordingName name;
        private final String image;
        private final SyscallRecorder recorder;
        private final Map<SyscallTable, Map<Integer, Long>> stored = new EnumMap<>(SyscallTable.class);
        private boolean newRun;

        Active(RecordingName name, String image, SyscallRecorder recorder, boolean newRun) {
            this.name = name;
            this.image = image;
            this.recorder = recorder;
            this.newRun = newRun;
        }

        /// Nothing is forgotten if it cannot be stored.
        synchronized void store(Recordings recordings) {
            List<Count> counts = recorder.counts();
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
            recordings.add(name, more, newRun, image, METHOD);
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
            attach(life, run, name, true);
        });
    }

    /// Goes on with a container that an earlier daemon started. It does not keep the daemon from starting.
    void resume(Life life, Run run) {
        life.spec().isolation().recording().ifPresent(name -> {
            try {
                attach(life, run, name, false);
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
            var recorder = SyscallRecorder.attach(scope(life, run), filtered);
            var recorded = new Active(name, life.spec().imageName(), recorder, newRun);
            active.put(life.id(), recorded);
            storeAgainAndAgain(life.id(), recorded);
        } catch (KernelException refused) {
            throw new EngineException(
                    Reason.RUNTIME_FAILED,
                    "seccomp:record:" + name + ": " + refused.getMessage() + "; leave the option out to run without "
                            + "being recorded",
                    refused);
        }
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
                store(id, ended);
            } finally {
                ended.recorder.close();
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
