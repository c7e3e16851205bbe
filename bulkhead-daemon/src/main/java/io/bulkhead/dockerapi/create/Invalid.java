package io.bulkhead.dockerapi.create;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.name.Names;

/// A request that asks for something wrong: 400, with what is wrong and what would be right.
final class Invalid {

    private Invalid() {}

    static EngineException because(String message) {
        return new EngineException(Reason.INVALID, message);
    }

    /// For a field with foreign text in it.
    static EngineException value(String field, String value, String problem) {
        return because(field + " `" + Names.shown(value) + "`: " + problem);
    }

    static void when(boolean wrong, String message) {
        if (wrong) {
            throw because(message);
        }
    }
}
