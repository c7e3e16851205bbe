package io.bulkhead.cli.policy;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The options of `run` that change the policy.
final class PolicyOptions {

    @Option(names = "--security-opt", paramLabel = "OPTION", description = "As with run: seccomp:deny:SUBJECT, ...")
    List<String> securityOpt = new ArrayList<>();

    @Option(names = "--cap-add", paramLabel = "CAPABILITY", description = "For a container with this capability too")
    List<String> capAdd = new ArrayList<>();

    @Option(names = "--cap-drop", paramLabel = "CAPABILITY", description = "For a container without this capability")
    List<String> capDrop = new ArrayList<>();

    boolean isEmpty() {
        return securityOpt.isEmpty() && capAdd.isEmpty() && capDrop.isEmpty();
    }
}
