package io.bulkhead.seccomp;

import java.util.Arrays;

/// What the kernel does with a call after its filters ran (seccomp(2), `SECCOMP_RET_*`), strictest first.
public enum FilterAction {
    KILL_PROCESS(0x8000_0000),
    KILL_THREAD(0x0000_0000),
    TRAP(0x0003_0000),
    ERRNO(0x0005_0000),
    USER_NOTIF(0x7FC0_0000),
    TRACE(0x7FF0_0000),
    LOG(0x7FFC_0000),
    ALLOW(0x7FFF_0000);

    private static final int ACTION_BITS = 0xFFFF_0000;

    private final int code;

    FilterAction(int code) {
        this.code = code;
    }

    /// The value a filter returns for it, without data.
    public int code() {
        return code;
    }

    /// What a filter's return value means. The kernel kills for a value it does not know.
    public static FilterAction of(int returned) {
        return Arrays.stream(values())
                .filter(action -> action.code == actionPart(returned))
                .findFirst()
                .orElse(KILL_PROCESS);
    }

    /// Whether the call may run: at once, or because a supervisor or tracer lets it, which the process itself may be.
    public boolean mayReachKernel() {
        return switch (this) {
            case ALLOW, LOG, TRACE, USER_NOTIF -> true;
            case ERRNO, TRAP, KILL_THREAD, KILL_PROCESS -> false;
        };
    }

    /// Without the data. The kernel compares these as signed numbers, which makes KILL_PROCESS the strictest.
    static int actionPart(int returned) {
        return returned & ACTION_BITS;
    }
}
