package io.bulkhead.dockerapi.create;

import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The health check of the request over the image's: what the request leaves at zero is inherited, what both leave at
/// zero is Docker's default.
final class HealthResolver {

    private static final ImageConfig.Health UNSET =
            new ImageConfig.Health(List.of(), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
    private static final Duration LEAST = Duration.ofMillis(1);

    private HealthResolver() {}

    static Optional<HealthCheck> resolve(CreateRequest request, ImageConfig image) {
        ImageConfig.Health inherited = image.health().orElse(UNSET);
        ImageConfig.Health asked = asked(request.healthcheck());
        List<String> test = asked.test().isEmpty() ? inherited.test() : asked.test();
        if (test.isEmpty()) {
            return Optional.empty();
        }
        requireKind(test);
        List<String> shell = request.shell().isEmpty() ? image.shell() : request.shell();
        return Optional.of(new HealthCheck(
                ProcessResolver.throughShell(test, shell),
                first(asked.interval(), inherited.interval(), Duration.ofSeconds(30)),
                first(asked.timeout(), inherited.timeout(), Duration.ofSeconds(30)),
                first(asked.startPeriod(), inherited.startPeriod(), Duration.ZERO),
                first(asked.startInterval(), inherited.startInterval(), Duration.ofSeconds(5)),
                asked.retries() > 0 ? asked.retries() : inherited.retries() > 0 ? inherited.retries() : 3));
    }

    private static ImageConfig.Health asked(CreateRequest.@org.jspecify.annotations.Nullable Healthcheck check) {
        if (check == null) {
            return UNSET;
        }
        Invalid.when(check.retries() < 0, "Retries in Healthcheck cannot be negative");
        return new ImageConfig.Health(
                check.test(),
                duration("Interval", check.interval()),
                duration("Timeout", check.timeout()),
                duration("StartPeriod", check.startPeriod()),
                duration("StartInterval", check.startInterval()),
                check.retries());
    }

    private static Duration duration(String field, long nanoseconds) {
        Duration duration = Duration.ofNanos(nanoseconds);
        Invalid.when(
                nanoseconds != 0 && duration.compareTo(LEAST) < 0,
                field + " in Healthcheck cannot be less than one millisecond");
        return duration;
    }

    private static void requireKind(List<String> test) {
        String kind = test.getFirst();
        if (!Set.of("NONE", "CMD", "CMD-SHELL").contains(kind)) {
            throw Invalid.value("Healthcheck.Test", kind, "starts with NONE, CMD or CMD-SHELL");
        }
        Invalid.when(kind.equals("CMD-SHELL") && test.size() != 2, "Healthcheck.Test: CMD-SHELL takes one line");
        Invalid.when(kind.equals("CMD") && test.size() < 2, "Healthcheck.Test: CMD needs a command");
    }

    private static Duration first(Duration asked, Duration inherited, Duration otherwise) {
        return !asked.isZero() ? asked : !inherited.isZero() ? inherited : otherwise;
    }
}
