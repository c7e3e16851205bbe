package io.bulkhead.cli.container;

import io.bulkhead.cli.api.Query;

/// Paths of the API below a container.
final class Paths {

    private Paths() {}

    static String of(String container, String rest) {
        return "/containers/" + Query.part(container) + rest;
    }
}
