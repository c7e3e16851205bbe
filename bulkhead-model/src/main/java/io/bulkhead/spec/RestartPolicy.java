package io.bulkhead.spec;

/// When a container that ended is started again.
///
/// @param maximumRetries for `on-failure`; 0 means no limit
public record RestartPolicy(Condition condition, int maximumRetries) {

    public static final RestartPolicy NEVER = new RestartPolicy(Condition.NO, 0);

    public RestartPolicy {
        if (maximumRetries < 0) {
            throw new IllegalArgumentException("maximum retry count cannot be negative");
        }
        if (maximumRetries > 0 && condition != Condition.ON_FAILURE) {
            throw new IllegalArgumentException("maximum retry count can only be used with restart policy 'on-failure'");
        }
    }

    public enum Condition {
        NO("no"),
        ALWAYS("always"),
        UNLESS_STOPPED("unless-stopped"),
        ON_FAILURE("on-failure");

        private final String spelling;

        Condition(String spelling) {
            this.spelling = spelling;
        }

        public String spelling() {
            return spelling;
        }
    }
}
