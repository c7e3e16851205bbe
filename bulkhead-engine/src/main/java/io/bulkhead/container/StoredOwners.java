package io.bulkhead.container;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the mounts of containers that were stored before mounts said whose their files are: they meant the
/// default.
final class StoredOwners {

    private StoredOwners() {}

    static void add(ObjectNode definition) {
        for (JsonNode mount : definition.path("spec").path("storage").path("mounts")) {
            boolean owned = !mount.path("is").asString("").equals("Tmpfs");
            if (owned && mount instanceof ObjectNode fields && !fields.has("owners")) {
                fields.putObject("owners").put("is", "Default");
            }
        }
    }
}
