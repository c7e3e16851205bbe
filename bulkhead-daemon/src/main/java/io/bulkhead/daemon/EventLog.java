package io.bulkhead.daemon;

import java.io.PrintStream;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The daemon's log: one line an event on standard error, where a supervisor collects it.
///
/// The parameters of [#log(Level, ResourceBundle, String, Object...)] are keys and values in turn, unless the event
/// has a `{0}` to put them into, as code that is not ours writes it.
public final class EventLog implements System.Logger {

    private static final int FRAMES = 12;

    /// What all loggers share; set once at start.
    private record Output(LogFormat format, Level level, PrintStream stream) {}

    private static volatile Output output = new Output(LogFormat.TEXT, Level.INFO, System.err);

    private final String name;

    private EventLog(String name) {
        this.name = name;
    }

    static void configure(LogFormat format, Level level, PrintStream stream) {
        output = new Output(format, level, stream);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return level != Level.OFF && level.getSeverity() >= output.level.getSeverity();
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String event, @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            write(level, String.valueOf(event), Map.of(), thrown);
        }
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String event, @Nullable Object... parameters) {
        if (!isLoggable(level)) {
            return;
        }
        String text = String.valueOf(event);
        // The JDK's own default methods pass null for none.
        if (parameters == null || parameters.length == 0) {
            write(level, text, Map.of(), null);
        } else if (text.contains("{0")) {
            write(level, MessageFormat.format(text, parameters), Map.of(), null);
        } else {
            write(level, text, pairs(parameters), null);
        }
    }

    private static Map<String, String> pairs(@Nullable Object[] parameters) {
        var pairs = new LinkedHashMap<String, String>();
        for (int i = 0; i < parameters.length; i += 2) {
            String value = i + 1 < parameters.length ? String.valueOf(parameters[i + 1]) : "";
            pairs.put(String.valueOf(parameters[i]), value);
        }
        return pairs;
    }

    private void write(Level level, String event, Map<String, String> values, @Nullable Throwable thrown) {
        var all = new LinkedHashMap<>(values);
        if (thrown != null) {
            all.put("error", thrown.toString());
            all.put("at", frames(thrown));
        }
        if (!name.startsWith("io.bulkhead.")) {
            all.put("logger", name);
        }
        // One print call a line: lines of several threads do not mix.
        output.stream.println(output.format.line(Instant.now(), level.getName(), event, all));
    }

    private static String frames(Throwable thrown) {
        String own = Arrays.stream(thrown.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
        Throwable cause = thrown.getCause();
        return cause == null ? own : own + " caused by " + cause + " at " + frames(cause);
    }

    /// Found by the JDK as a service: every [System.Logger] of this process is an [EventLog].
    public static final class Finder extends System.LoggerFinder {

        @Override
        public System.Logger getLogger(String name, Module module) {
            return new EventLog(name);
        }
    }
}
