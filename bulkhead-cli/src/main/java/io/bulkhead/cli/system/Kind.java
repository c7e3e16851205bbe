package io.bulkhead.cli.system;

import io.bulkhead.cli.api.Query;

/// What can be inspected, and where the API has it.
enum Kind {
    CONTAINER("/containers/", "/json"),
    IMAGE("/images/", "/json"),
    NETWORK("/networks/", ""),
    VOLUME("/volumes/", "");

    private final String before;
    private final String after;

    Kind(String before, String after) {
        this.before = before;
        this.after = after;
    }

    String path(String name) {
        return before + Query.part(name) + after;
    }
}
