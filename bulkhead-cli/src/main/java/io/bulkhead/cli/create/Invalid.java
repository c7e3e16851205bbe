package io.bulkhead.cli.create;

import io.bulkhead.cli.verb.Failure;

/// Refusals of an option before anything was asked, with Docker's exit code for them.
final class Invalid {

    private static final int CODE = 125;

    private Invalid() {}

    static Failure argument(String value, String option, String problem) {
        return new Failure(CODE, "invalid argument \"" + value + "\" for \"" + option + "\" flag: " + problem);
    }

    static Failure option(String problem) {
        return new Failure(CODE, problem);
    }

    /// A parser of text that refuses it with an [IllegalArgumentException].
    interface Parser<T> {
        T parse(String text);
    }

    static <T> T parse(String value, String option, Parser<T> parser) {
        try {
            return parser.parse(value);
        } catch (NumberFormatException _) {
            throw argument(value, option, "parsing \"" + value + "\": invalid syntax");
        } catch (IllegalArgumentException problem) {
            throw argument(value, option, String.valueOf(problem.getMessage()));
        }
    }
}
