package io.bulkhead.seccomp;

import java.util.List;
import java.util.stream.IntStream;

/// All filters of a process, the oldest first. The kernel runs each of them, and the strictest answer counts
/// (seccomp(2)). A process without any may make every call.
public record FilterStack(List<BpfProgram> programs) {

    /// For a whole table. A few filters of a thousand instructions each stay well below.
    private static final long MOST_STEPS = 1_000_000;

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
        return mayReach(architecture, number, new Effort(Long.MAX_VALUE));
    }

    /// How many of these numbers [#mayReach]. Filters that take too long to find out count as letting through.
    public int reachable(int architecture, IntStream numbers) {
        var effort = new Effort(MOST_STEPS);
        return (int)
                numbers.filter(number -> mayReach(architecture, number, effort)).count();
    }

    /// How many of those pass with a record only, whatever their arguments: what a filter watches instead of refusing.
    public int watched(int architecture, IntStream numbers) {
        var effort = new Effort(MOST_STEPS);
        return (int) numbers.filter(number -> mayReach(architecture, number, effort))
                .filter(number -> programs.stream()
                        .map(program -> program.possible(architecture, number, effort))
                        .anyMatch(
                                answers -> answers.contains(FilterAction.LOG) && !answers.contains(FilterAction.ALLOW)))
                .count();
    }

    private boolean mayReach(int architecture, int number, Effort effort) {
        return programs.stream()
                .allMatch(program ->
                        program.possible(architecture, number, effort).stream().anyMatch(FilterAction::mayReachKernel));
    }
}
