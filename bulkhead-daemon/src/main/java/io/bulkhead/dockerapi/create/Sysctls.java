package io.bulkhead.dockerapi.create;

import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.NetworkSpec;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Kernel parameters that belong to a namespace, and only while the container has that namespace to itself: anything
/// else would be set for the host (the list is runc's, libcontainer/configs/validate).
final class Sysctls {

    private static final Pattern KEY = Pattern.compile("[a-z0-9_]+(\\.[a-zA-Z0-9_-]+)+");
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    static Map<String, String> require(Map<String, String> sysctls, NamespaceMode ipc, NetworkSpec.Mode network) {
        sysctls.forEach((key, value) -> {
            if (!KEY.matcher(key).matches()) {
                throw Invalid.value("sysctl", key, "a key is words with dots between, such as net.core.somaxconn");
            }
            if (value.contains("\n")) {
                throw Invalid.value("sysctl", key, "the value has more than one line");
            }
            requireOwn(key, ipc, network);
        });
        return sysctls;
    }

    private static void requireOwn(String key, NamespaceMode ipc, NetworkSpec.Mode network) {
        if (key.startsWith("net.")) {
            boolean own = network instanceof NetworkSpec.Mode.Bridge || network instanceof NetworkSpec.Mode.None;
            if (!own) {
                throw Invalid.value(
                        "sysctl", key, "not allowed in a network namespace that is not the container's own");
            }
        } else if (IPC.contains(key) || key.startsWith("fs.mqueue.")) {
            if (!(ipc instanceof NamespaceMode.Private)) {
                throw Invalid.value("sysctl", key, "not allowed in an IPC namespace that is not the container's own");
            }
        } else {
            throw Invalid.value("sysctl", key, "is not in a separate kernel namespace");
        }
    }
}
