package io.bulkhead.registry;

import io.bulkhead.name.ImageName;
import java.util.Optional;

/// What a registry is asked for, and with it how much a token has to allow and how its refusal is worded.
sealed interface Purpose {

    /// As it stands in an image's name.
    String registry();

    /// What a token is asked for; empty for one that only says who asks.
    Optional<String> scope();

    /// A 401 or 403 in Docker's words.
    String denied(String detail);

    record Pull(ImageName name) implements Purpose {

        @Override
        public String registry() {
            return name.registry();
        }

        @Override
        public Optional<String> scope() {
            return Optional.of("repository:" + name.repository() + ":pull");
        }

        @Override
        public String denied(String detail) {
            return "pull access denied for " + name.familiarRepository()
                    + ", repository does not exist or may require 'docker login': " + detail;
        }
    }

    record SignIn(String registry) implements Purpose {

        @Override
        public Optional<String> scope() {
            return Optional.empty();
        }

        @Override
        public String denied(String detail) {
            return "login attempt to https://" + registry + "/v2/ failed: " + detail;
        }
    }
}
