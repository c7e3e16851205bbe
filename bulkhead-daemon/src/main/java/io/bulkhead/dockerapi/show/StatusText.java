package io.bulkhead.dockerapi.show;

import io.bulkhead.container.Container;
import io.bulkhead.container.Container.HealthStatus;
import java.time.Duration;
import java.time.Instant;

/// The status column of `docker ps`, in Docker's words (moby, container/state.go; go-units, duration.go).
public final class StatusText {

    private StatusText() {}

    public static String of(Container container, Instant now) {
        Container.State state = container.state();
        String up = "Up " + ago(state.startedAt().orElse(now), now);
        String finished = ago(state.finishedAt().orElse(now), now) + " ago";
        return switch (state.status()) {
            case CREATED -> "Created";
            case RUNNING ->
                up
                        + container
                                .health()
                                .map(h -> " (" + health(h.status()) + ")")
                                .orElse("");
            case PAUSED -> up + " (Paused)";
            case RESTARTING -> "Restarting (" + state.exitCode() + ") " + finished;
            case REMOVING -> "Removal In Progress";
            case EXITED -> "Exited (" + state.exitCode() + ") " + finished;
            case DEAD -> "Dead";
        };
    }

    private static String health(HealthStatus status) {
        return status == HealthStatus.STARTING ? "health: starting" : status.spelling();
    }

    private static String ago(Instant then, Instant now) {
        return duration(Duration.between(then, now));
    }

    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        long minutes = duration.toMinutes();
        if (minutes < 60) {
            return minutes == 1 ? "About a minute" : minutes + " minutes";
        }
        long hours = duration.plusMinutes(30).toHours();
        if (hours < 48) {
            return hours == 1 ? "About an hour" : hours + " hours";
        }
        long days = hours / 24;
        if (days < 14) {
            return days + " days";
        }
        if (days < 60) {
            return days / 7 + " weeks";
        }
        return days < 730 ? days / 30 + " months" : duration.toDays() / 365 + " years";
    }
}
