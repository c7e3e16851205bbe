package io.bulkhead.access;

import java.util.Optional;
import java.util.Set;

/// What an operation is about, as far as it is about one thing: resolved ids and names, never what the request wrote.
public sealed interface Target {

    /// The engine as a whole, or a list whose items are asked about one by one.
    record None() implements Target {}

    /// @param images the names of its image, or the image's id if it has none; see [ImagePattern]
    /// @param owner who made it, as [Caller#subject()]; empty if nobody knows
    record OfContainer(String id, String name, Set<String> images, String owner) implements Target {
        public OfContainer {
            images = Set.copyOf(images);
        }
    }

    /// Something in a container, for example `syscall:native:mount`.
    record InContainer(OfContainer within, String text) implements Target {}

    /// @param id empty while there is only a name, as before a pull
    /// @param names all that it has, or the one it is to get
    record OfImage(String id, Set<String> names) implements Target {
        public OfImage {
            names = Set.copyOf(names);
        }
    }

    /// @param owner as [OfContainer#owner()]
    record OfVolume(String name, String owner) implements Target {}

    record OfNetwork(String name, String owner) implements Target {}

    /// Something that roles tell apart by its operation alone, for example `recording:web`.
    record Other(String text) implements Target {}

    /// What a request that failed before anything was found was about.
    record Unresolved(String text) implements Target {}

    /// For what is about nothing in particular.
    static Target none() {
        return new None();
    }

    /// Images of any name, as an archive may hold.
    static Target anyImage() {
        return new OfImage("", Set.of());
    }

    static Target object(String text) {
        return new Other(text);
    }

    /// For the record: `ID NAME`.
    default Optional<String> container() {
        return switch (this) {
            case OfContainer container -> Optional.of(joined(container.id(), container.name()));
            case InContainer(var within, var _) -> within.container();
            case None _, OfImage _, OfVolume _, OfNetwork _, Other _, Unresolved _ -> Optional.empty();
        };
    }

    /// For the record: the image's names, or its id.
    default Optional<String> image() {
        return switch (this) {
            case OfContainer container -> Optional.of(joined(container.images()));
            case InContainer(var within, var _) -> within.image();
            case OfImage image -> Optional.of(joined(image.id(), joined(image.names())));
            case None _, OfVolume _, OfNetwork _, Other _, Unresolved _ -> Optional.empty();
        };
    }

    /// For the record: what else it is, for example `volume:data`.
    default Optional<String> object() {
        return switch (this) {
            case OfVolume volume -> Optional.of("volume:" + volume.name());
            case OfNetwork network -> Optional.of("network:" + network.name());
            case InContainer inContainer -> Optional.of(inContainer.text());
            case Other other -> Optional.of(other.text());
            case Unresolved unresolved -> Optional.of("unresolved " + unresolved.text());
            case None _, OfContainer _, OfImage _ -> Optional.empty();
        };
    }

    private static String joined(String one, String two) {
        return one.isEmpty() || two.isEmpty() ? one + two : one + " " + two;
    }

    private static String joined(Set<String> names) {
        return String.join(" ", names.stream().sorted().toList());
    }
}
