package io.bulkhead.container;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogReader;
import io.bulkhead.container.Containers.LogRequest;
import io.bulkhead.container.Containers.ProcessTable;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.runtime.CgroupException;
import io.bulkhead.runtime.ProcessList;
import java.util.Optional;

/// Looks at containers without changing them: counters, processes, logs, confinement.
final class Observer {

    private final Host host;
    private final StatsReader stats;
    private final PostureReader postures = new PostureReader();

    Observer(Host host) {
        this.host = host;
        this.stats = new StatsReader(host.clock());
    }

    ProcessTable top(Life life, String psArguments) {
        try {
            var table = ProcessList.of(host.cgroup(life).pids(), psArguments);
            return new ProcessTable(table.titles(), table.rows());
        } catch (IllegalArgumentException refused) {
            throw new EngineException(Reason.INVALID, String.valueOf(refused.getMessage()), refused);
        }
    }

    /// A container that does not run has counters of zero.
    Stats stats(Life life) {
        Optional<Run> run = life.run();
        if (run.isEmpty()) {
            return stats.stopped();
        }
        try {
            return stats.read(host.cgroup(life), run.get().processes().process());
        } catch (CgroupException failure) {
            if (failure.reason() == CgroupException.Reason.NOT_FOUND) {
                return stats.stopped();
            }
            throw failure;
        }
    }

    Posture posture(Run run) {
        return postures.read(run.processes().process(), run.processes().processStart());
    }

    /// Following ends with the run: what a later start writes is another request's.
    LogReader logs(Life life, LogRequest request) {
        if (life.spec().log().driver().equals("none")) {
            throw new EngineException(
                    Reason.UNSUPPORTED, "configured logging driver does not support reading: it is `none`");
        }
        Optional<Run> run = life.run();
        LogFile file = LogFile.open(
                life.log(), request, () -> run.isPresent() && life.run().equals(run), host.clock());
        life.followers().add(file);
        return new Follower(life, file);
    }

    /// A reader that the container's end wakes until it is closed.
    private record Follower(Life life, LogFile file) implements LogReader {

        @Override
        public Optional<LogEntry> next() {
            return file.next();
        }

        @Override
        public void close() {
            life.followers().remove(file);
            file.close();
        }
    }
}
