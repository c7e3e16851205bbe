package io.bulkhead.name;

import java.util.Optional;
import java.util.regex.Pattern;

/// An image's name: `[registry[:port]/]repository[:tag][@digest]`, by the grammar of the distribution project
/// (`reference.go`). Short names belong to `docker.io`, and one-word repositories there to `library/`, as every Docker
/// client assumes.
public record ImageName(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

    private static final String DEFAULT_REGISTRY = "docker.io";
    private static final String DEFAULT_TAG = "latest";
    private static final Pattern REGISTRY = Pattern.compile(
            "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
                    + "|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");
    private static final int MAX_LENGTH = 255;

    public ImageName {
        if (!REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException("invalid reference format: registry `" + Names.shown(registry) + "`");
        }
        if (repository.length() > MAX_LENGTH || !REPOSITORY.matcher(repository).matches()) {
            throw new IllegalArgumentException("invalid reference format: repository `" + Names.shown(repository)
                    + "` must be lower case, in parts separated by /");
        }
        tag.ifPresent(t -> {
            if (!TAG.matcher(t).matches()) {
                throw new IllegalArgumentException("invalid reference format: tag `" + Names.shown(t) + "`");
            }
        });
    }

    /// Reads a name as a user writes it; tag and digest stay absent when they were not written.
    public static ImageName parse(String text) {
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(Digest.parse(rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = named ? first : DEFAULT_REGISTRY;
        String repository = named ? rest.substring(slash + 1) : rest;
        if (registry.equals("index.docker.io")) {
            registry = DEFAULT_REGISTRY;
        }
        if (registry.equals(DEFAULT_REGISTRY) && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        return new ImageName(registry, repository, tag, digest);
    }

    /// This name with the tag `latest` if it has neither tag nor digest.
    public ImageName withDefaultTag() {
        return tag.isPresent() || digest.isPresent()
                ? this
                : new ImageName(registry, repository, Optional.of(DEFAULT_TAG), digest);
    }

    /// The repository as Docker prints it: `docker.io/library/` and `docker.io/` left out.
    public String familiarRepository() {
        if (!registry.equals(DEFAULT_REGISTRY)) {
            return registry + "/" + repository;
        }
        return repository.startsWith("library/") ? repository.substring("library/".length()) : repository;
    }

    /// The whole name as Docker prints it, for example `debian:12`.
    public String familiar() {
        return familiarRepository() + suffix();
    }

    /// The whole name, nothing left out, for example `docker.io/library/debian:12`.
    @Override
    public String toString() {
        return registry + "/" + repository + suffix();
    }

    private String suffix() {
        return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }
}
