/// The `bulkhead` command: a client of the daemon's API that runs as the user and carries no engine code.
module io.bulkhead.cli {
    requires static org.jspecify;
    requires info.picocli;
    requires tools.jackson.databind;
}
