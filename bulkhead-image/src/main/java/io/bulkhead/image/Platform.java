package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Names;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What an image runs on, as `linux/arm64/v8`; the variant is empty where it does not matter.
record Platform(String os, String architecture, String variant) {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    static Platform host() {
        String machine = System.getProperty("os.arch", "");
        return new Platform(
                "linux",
                switch (machine) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> machine;
                },
                "");
    }

    /// Reads `os/architecture[/variant]` or an architecture alone.
    static Platform parse(String text) {
        List<String> words = List.of(text.split("/", -1));
        if (words.size() > 3
                || !words.stream().allMatch(word -> WORD.matcher(word).matches())) {
            throw new ImageException(
                    Reason.INVALID, "`" + Names.shown(text) + "` is an invalid component of a platform specifier");
        }
        return words.size() == 1
                ? new Platform("linux", architecture(words.getFirst()), "")
                : new Platform(words.get(0), architecture(words.get(1)), words.size() == 3 ? words.get(2) : "");
    }

    private static String architecture(String word) {
        return switch (word) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> word;
        };
    }

    static Platform read(Json json) {
        return new Platform(json.text("os"), json.text("architecture"), json.text("variant"));
    }

    /// The first of an index' images that runs on this platform; one without a variant before one with.
    Optional<Descriptor> choose(List<Descriptor> images) {
        List<Descriptor> fitting = images.stream()
                .filter(each -> each.platform().filter(this::accepts).isPresent())
                .toList();
        return fitting.stream()
                .filter(each -> each.platform().orElseThrow().normal().equals(normal()))
                .findFirst()
                .or(() -> fitting.stream().findFirst());
    }

    /// Whether an image made for `offered` was meant.
    boolean accepts(Platform offered) {
        boolean same = offered.os.equals(os) && offered.architecture.equals(architecture);
        return same && (normal().variant.isEmpty() || normal().equals(offered.normal()));
    }

    /// `v8` is what arm64 is anyway.
    private Platform normal() {
        return architecture.equals("arm64") && variant.equals("v8") ? new Platform(os, architecture, "") : this;
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
