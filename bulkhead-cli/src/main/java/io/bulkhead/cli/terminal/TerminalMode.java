package io.bulkhead.cli.terminal;

import java.util.concurrent.atomic.AtomicBoolean;

/// The terminal set otherwise until [#close]. A hook restores it when the program ends another way.
final class TerminalMode implements AutoCloseable {

    private final String before;
    private final boolean changed;
    private final AtomicBoolean restored = new AtomicBoolean();

    private TerminalMode(String... settings) {
        before = Tty.state().orElse("");
        if (before.isEmpty()) {
            changed = false;
        } else {
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "restore-terminal"));
            changed = Tty.set(settings);
        }
    }

    /// Every key goes to the reader as it is. Does nothing where there is no terminal.
    static TerminalMode raw() {
        return new TerminalMode("raw", "-echo", "-iexten");
    }

    /// What is typed is not shown.
    static TerminalMode unseen() {
        return new TerminalMode("-echo", "echonl");
    }

    /// Whether the terminal took the settings.
    boolean changed() {
        return changed;
    }

    @Override
    public void close() {
        if (!before.isEmpty() && restored.compareAndSet(false, true)) {
            Tty.restore(before);
        }
    }
}
