package io.bulkhead.cli.terminal;

import java.util.concurrent.atomic.AtomicBoolean;

/// Raw mode, from [#enter] to [#close]. A hook restores the terminal when the program ends another way.
final class RawMode implements AutoCloseable {

    private final String before;
    private final AtomicBoolean restored = new AtomicBoolean();

    private RawMode(String before) {
        this.before = before;
    }

    /// Does nothing where there is no terminal.
    static RawMode enter() {
        String before = Tty.state().orElse("");
        var mode = new RawMode(before);
        if (!before.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(mode::close, "restore-terminal"));
            Tty.makeRaw();
        }
        return mode;
    }

    @Override
    public void close() {
        if (!before.isEmpty() && restored.compareAndSet(false, true)) {
            Tty.restore(before);
        }
    }
}
