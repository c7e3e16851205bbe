package io.bulkhead.dockerapi.json;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import tools.jackson.databind.JsonNode;

/// Text that means the same to this process and to the kernel. A NUL ends a C string, and half a surrogate pair has no
/// UTF-8 form and would be replaced on the way: with either, what was checked would not be what is executed.
final class Texts {

    private Texts() {}

    static void requireWhole(JsonNode node, String path) {
        if (node.isString()) {
            requireWhole(node.stringValue(), path);
        } else if (node.isObject()) {
            node.properties().forEach(field -> {
                String below = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                requireWhole(field.getKey(), path);
                requireWhole(field.getValue(), below);
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                requireWhole(node.get(i), path + "[" + i + "]");
            }
        }
    }

    private static void requireWhole(String text, String path) {
        boolean halfPair = text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF);
        if (halfPair || text.indexOf('\0') >= 0) {
            throw new EngineException(
                    Reason.INVALID,
                    io.bulkhead.name.Names.shown(path) + ": the text holds a NUL or half a surrogate pair");
        }
    }
}
