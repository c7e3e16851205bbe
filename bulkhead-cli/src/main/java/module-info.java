/// The `bulkhead` command: a client of the daemon's API that runs as the user and carries no engine code.
module io.bulkhead.cli {
    // Values only, such as the check of a record: no engine code.
    requires io.bulkhead.model;
    requires static org.jspecify;
    requires info.picocli;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires tools.jackson.core;
    // Signals, reached by reflection (see terminal.Signals).
    requires jdk.unsupported;

    // picocli reads and sets the fields that are options.
    opens io.bulkhead.cli to
            info.picocli;
    opens io.bulkhead.cli.verb to
            info.picocli;
    opens io.bulkhead.cli.create to
            info.picocli;
    opens io.bulkhead.cli.container to
            info.picocli;
    opens io.bulkhead.cli.image to
            info.picocli;
    opens io.bulkhead.cli.registry to
            info.picocli;
    opens io.bulkhead.cli.storage to
            info.picocli;
    opens io.bulkhead.cli.network to
            info.picocli;
    opens io.bulkhead.cli.system to
            info.picocli;
    opens io.bulkhead.cli.policy to
            info.picocli;
    opens io.bulkhead.cli.audit to
            info.picocli;
    opens io.bulkhead.cli.seccomp to
            info.picocli;
    opens io.bulkhead.cli.userns to
            info.picocli;
    opens io.bulkhead.cli.token to
            info.picocli;
    opens io.bulkhead.cli.access to
            info.picocli;
}
