package io.bulkhead.selinux;

/// How a container's processes are labelled where SELinux is on.
public sealed interface LabelMode {

    /// An own MCS category pair: the default.
    record Own() implements LabelMode {}

    /// No confinement by label. A privilege.
    record Disabled() implements LabelMode {}
}
