package io.bulkhead.container;

import io.bulkhead.container.Containers.LogEntry;
import io.bulkhead.container.Containers.LogReader;
import io.bulkhead.container.Containers.LogRequest;
import java.time.Clock;
import java.util.Optional;

/// A reader of a container's log that the end of its run wakes. Following ends with the run it began in: what a later
/// start writes is another request's.
record Follower(Life life, LogFile file) implements LogReader {

    static Follower open(Life life, LogRequest request, Clock clock) {
        Optional<Run> run = life.run();
        LogFile file = LogFile.open(
                life.log(), request, () -> run.isPresent() && life.run().equals(run), clock);
        life.followers().add(file);
        return new Follower(life, file);
    }

    @Override
    public Optional<LogEntry> next() {
        return file.next();
    }

    @Override
    public void close() {
        life.followers().remove(file);
        file.close();
    }
}
