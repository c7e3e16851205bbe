package io.bulkhead.access;

import java.util.Optional;

/// Images as roles name them: an image's name, which may have stars, read as every Docker client reads names, so
/// `nginx` is `docker.io/library/nginx`. Without a tag or digest it is every one of them. `*` alone is every image, an
/// id is that image alone.
record ImagePattern(Pattern repository, Optional<Pattern> suffix) {

    private static final String ID = "sha256:";

    /// @throws IllegalArgumentException what is wrong
    static ImagePattern parse(String text) {
        if (text.equals("*") || text.equals("**")) {
            return new ImagePattern(new Pattern("**"), Optional.empty());
        }
        int end = suffixOf(text);
        Optional<Pattern> suffix =
                end < text.length() ? Optional.of(new Pattern(text.substring(end))) : Optional.empty();
        return new ImagePattern(new Pattern(whole(text.substring(0, end))), suffix);
    }

    /// @param name nothing left out, such as `docker.io/library/nginx:1.27`, or an id
    boolean matches(String name) {
        int end = suffixOf(name);
        return repository.matches(name.substring(0, end))
                && suffix.map(pattern -> pattern.matches(name.substring(end))).orElse(true);
    }

    /// Where tag and digest begin. An id is all repository.
    private static int suffixOf(String name) {
        if (name.startsWith(ID)) {
            return name.length();
        }
        int digest = name.indexOf('@');
        int rest = digest < 0 ? name.length() : digest;
        int tag = name.lastIndexOf(':', rest - 1);
        return tag > name.lastIndexOf('/', rest - 1) ? tag : rest;
    }

    private static String whole(String repository) {
        if (repository.startsWith(ID)) {
            return repository;
        }
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.contains("*") || first.equals("localhost")) {
            return repository;
        }
        return "docker.io/" + (slash < 0 ? "library/" : "") + repository;
    }
}
