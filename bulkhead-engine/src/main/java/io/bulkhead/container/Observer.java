package io.bulkhead.container;

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

    LogReader logs(Life life, LogRequest request) {
        if (life.spec().log().driver().equals("none")) {
            throw new EngineException(
                    Reason.UNSUPPORTED, "configured logging driver does not support reading: it is `none`");
        }
        return Follower.open(life, request, host.clock());
    }
}
