package io.bulkhead.cli.create;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The options of `run` that make a system call policy, as the daemon is asked about them.
public final class PolicyBody {

    private PolicyBody() {}

    /// Files that are named are read: the daemon reads none of the caller's.
    ///
    /// @throws io.bulkhead.cli.verb.Failure for an option or a file that cannot be read
    public static Map<String, Object> of(List<String> securityOpt, List<String> capAdd, List<String> capDrop) {
        var options = new SecurityOptions();
        options.securityOpt = new ArrayList<>(securityOpt);
        options.capAdd = new ArrayList<>(capAdd);
        options.capDrop = new ArrayList<>(capDrop);
        Map<String, Object> host = new LinkedHashMap<>();
        options.addToHost(host);
        host.keySet().retainAll(List.of("SecurityOpt", "CapAdd", "CapDrop"));
        host.values().removeIf(value -> value == null);
        return host;
    }
}
