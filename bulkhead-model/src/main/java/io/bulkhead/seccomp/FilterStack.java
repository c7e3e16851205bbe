package io.bulkhead.seccomp;

import java.util.List;

/// All filters of a process, the oldest first. The kernel runs each of them, and the strictest answer counts
/// (seccomp(2)). A process without any may make every call.
public record FilterStack(List<BpfProgram> programs) {

    public FilterStack {
        programs = List.copyOf(programs);
    }

    /// What the kernel is told for this call, action and data. Of equally strict answers the newest filter's counts.
    public int run(SeccompData call) {
        int strictest = FilterAction.ALLOW.code();
        for (BpfProgram program : programs.reversed()) {
            int returned = program.run(call);
            if (FilterAction.actionPart(returned) < FilterAction.actionPart(strictest)) {
                strictest = returned;
            }
        }
        return strictest;
    }

    /// Whether some arguments get this call past the filters. Each filter is asked by itself, so that a call whose
    /// filters want different arguments counts too: rather one too many than one overlooked.
    ///
    /// @param number as the filters see it, see [SyscallTable#number]
    public boolean mayReach(int architecture, int number) {
        return programs.stream()
                .allMatch(program ->
                        program.possible(architecture, number).stream().anyMatch(FilterAction::mayReachKernel));
    }
}
