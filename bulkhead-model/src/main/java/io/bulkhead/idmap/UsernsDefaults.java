package io.bulkhead.idmap;

import java.util.Map;

/// The mode of a container nobody chose one for.
///
/// @param ofCallers for those whose subject, such as `unix:1000`, has one of its own
public record UsernsDefaults(UsernsMode ofAll, Map<String, UsernsMode> ofCallers) {

    public UsernsDefaults {
        ofCallers = Map.copyOf(ofCallers);
    }

    /// `auto` for everybody.
    public static UsernsDefaults standard() {
        return new UsernsDefaults(UsernsMode.defaultMode(), Map.of());
    }

    /// @param subject the caller's, as the record has it
    public UsernsMode of(String subject) {
        return ofCallers.getOrDefault(subject, ofAll);
    }
}
