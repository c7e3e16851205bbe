package io.bulkhead.container;

/// How an administrator wants calls to be recorded.
public enum RecordingChoice {
    /// By an eBPF program where the kernel takes one, otherwise by the containers' filters.
    AUTO,
    EBPF,
    LOG
}
