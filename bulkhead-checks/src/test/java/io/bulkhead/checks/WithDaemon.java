package io.bulkhead.checks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A test class that is given the one [RunningDaemon] of the whole run; its containers go after each test.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(WithDaemon.Shared.class)
@Timeout(120)
@interface WithDaemon {

    /// Skips where the daemon cannot run, starts it where it has not been started, and closes it after the last test.
    final class Shared implements BeforeAllCallback, AfterEachCallback, ParameterResolver {

        private static final Namespace NAMESPACE = Namespace.create(WithDaemon.class);

        @Override
        public void beforeAll(ExtensionContext context) {
            String missing = RunningDaemon.missing();
            assumeTrue(missing.isEmpty(), "needs " + missing);
            daemon(context);
        }

        @Override
        public void afterEach(ExtensionContext context) {
            daemon(context).removeContainers();
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningDaemon.class;
        }

        @Override
        public RunningDaemon resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return daemon(context);
        }

        private static RunningDaemon daemon(ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(RunningDaemon.class, _ -> RunningDaemon.start(), RunningDaemon.class);
        }
    }
}
