package io.bulkhead.daemon;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Brings what libraries log by way of `java.util.logging` (Netty does) into the daemon's own log, one line an event.
final class ForeignLog extends Handler {

    private static final SimpleFormatter MESSAGE = new SimpleFormatter();

    private ForeignLog() {}

    static void install() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").addHandler(new ForeignLog());
    }

    @Override
    public void publish(LogRecord record) {
        System.Logger log = System.getLogger(String.valueOf(record.getLoggerName()));
        log.log(level(record.getLevel()), MESSAGE.formatMessage(record), record.getThrown());
    }

    private static System.Logger.Level level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return System.Logger.Level.ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return System.Logger.Level.WARNING;
        }
        return level.intValue() >= Level.INFO.intValue() ? System.Logger.Level.INFO : System.Logger.Level.DEBUG;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
