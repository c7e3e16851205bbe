package io.bulkhead.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/// Signals of the operating system. The JDK's only way is `sun.misc.Signal`, which javac warns about and offers no
/// way to silence; hence by reflection, and without it a signal simply keeps its usual effect.
public final class Signals {

    private Signals() {}

    /// @param name without `SIG`
    /// @return whether the action will be run
    public static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                // Nothing compares handlers.
                case "equals" -> false;
                case "hashCode" -> System.identityHashCode(action);
                default -> "signal handler";
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, run);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException _) {
            return false;
        }
    }
}
