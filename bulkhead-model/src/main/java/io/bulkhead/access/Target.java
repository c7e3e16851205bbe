package io.bulkhead.access;

import java.util.Optional;

/// What an operation is about, as far as it is about one thing: resolved ids and names, never what the request wrote.
public record Target(Optional<String> container, Optional<String> image, Optional<String> object) {

    /// The engine as a whole, or a list.
    public static final Target NONE = new Target(Optional.empty(), Optional.empty(), Optional.empty());

    public static Target container(String idAndName, String image) {
        return new Target(Optional.of(idAndName), Optional.of(image), Optional.empty());
    }

    public static Target image(String image) {
        return new Target(Optional.empty(), Optional.of(image), Optional.empty());
    }

    /// A volume, network or other named thing, for example `volume:data`.
    public static Target object(String name) {
        return new Target(Optional.empty(), Optional.empty(), Optional.of(name));
    }
}
