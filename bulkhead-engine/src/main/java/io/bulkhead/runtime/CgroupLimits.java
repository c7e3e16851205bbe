package io.bulkhead.runtime;

import io.bulkhead.spec.Resources;
import java.util.OptionalLong;

/// The arithmetic between Docker's limits and the kernel's.
final class CgroupLimits {

    /// What nanoCpus are a share of, in microseconds.
    static final long DEFAULT_PERIOD = 100_000;

    private static final long NANO = 1_000_000_000;

    private CgroupLimits() {}

    static OptionalLong period(Resources resources) {
        return resources.nanoCpus().isPresent() ? OptionalLong.of(DEFAULT_PERIOD) : resources.cpuPeriod();
    }

    /// Microseconds per period, -1 for no limit.
    static OptionalLong quota(Resources resources) {
        return resources.nanoCpus().isPresent()
                ? OptionalLong.of(resources.nanoCpus().getAsLong() * DEFAULT_PERIOD / NANO)
                : resources.cpuQuota();
    }

    /// cpu.shares 2..262144 as cpu.weight 1..10000, by the formula all runtimes use.
    static long weight(long shares) {
        long clamped = Math.clamp(shares, 2, 262_144);
        return 1 + (clamped - 2) * 9_999 / 262_142;
    }

    /// blkio.weight 10..1000 as io.weight 1..10000.
    static long ioWeight(int blkioWeight) {
        return 1 + (Math.clamp(blkioWeight, 10, 1000) - 10) * 9_999L / 990;
    }

    /// Docker counts memory and swap together; the second version counts swap alone.
    static OptionalLong swapAlone(OptionalLong memoryAndSwap, OptionalLong memory) {
        if (memoryAndSwap.isEmpty() || memoryAndSwap.getAsLong() < 0) {
            return memoryAndSwap;
        }
        if (memory.isEmpty()) {
            throw contradiction("a limit of memory and swap together needs a memory limit");
        }
        if (memoryAndSwap.getAsLong() < memory.getAsLong()) {
            throw contradiction("memory and swap together must not be less than memory alone");
        }
        return OptionalLong.of(memoryAndSwap.getAsLong() - memory.getAsLong());
    }

    static CgroupException contradiction(String message) {
        return new CgroupException(CgroupException.Reason.INVALID, message);
    }

    /// As the second version writes it.
    static String orMax(long value) {
        return value < 0 ? "max" : Long.toString(value);
    }
}
