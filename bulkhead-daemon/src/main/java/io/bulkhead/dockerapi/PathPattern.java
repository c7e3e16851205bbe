package io.bulkhead.dockerapi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A route's path as segments. A request's path is split at its slashes before anything is decoded, so there is one
/// reading of it: an encoded slash never makes a segment, and only a `{name...}` may hold one (docker-java sends
/// `registry%2Fimage` where the docker CLI sends `registry/image`).
final class PathPattern {

    private final List<String> segments;
    private final int rest;

    PathPattern(String pattern) {
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException("route `" + pattern + "` does not begin with a slash");
        }
        segments = List.of(pattern.substring(1).split("/"));
        rest = restIndex(segments);
    }

    private static int restIndex(List<String> segments) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).endsWith("...}")) {
                return i;
            }
        }
        return -1;
    }

    /// How many segments are fixed words: where two routes fit a path, the one with more of them is meant.
    int fixedWords() {
        return (int) segments.stream().filter(segment -> !parameter(segment)).count();
    }

    /// @param path raw segments, as sent
    /// @return the decoded parameters, if the path fits
    Optional<Map<String, String>> match(List<String> path) {
        int taken = rest < 0 ? 0 : path.size() - segments.size() + 1;
        if (rest < 0 ? path.size() != segments.size() : taken < 1) {
            return Optional.empty();
        }
        var parameters = new LinkedHashMap<String, String>();
        int at = 0;
        for (int i = 0; i < segments.size(); i++) {
            int length = i == rest ? taken : 1;
            Optional<String> value = decode(path.subList(at, at + length), i == rest);
            String segment = segments.get(i);
            if (value.isEmpty() || (!parameter(segment) && !segment.equals(value.get()))) {
                return Optional.empty();
            }
            if (parameter(segment)) {
                parameters.put(name(segment), value.get());
            }
            at += length;
        }
        return Optional.of(parameters);
    }

    private static boolean parameter(String segment) {
        return segment.startsWith("{");
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - (segment.endsWith("...}") ? 4 : 1));
    }

    /// Nothing for what no name can be: bad escapes, bytes that are not UTF-8, control characters, an empty segment, or
    /// a slash where one name was expected.
    private static Optional<String> decode(List<String> raw, boolean slashes) {
        var decoded = new StringBuilder();
        for (String segment : raw) {
            Optional<String> part = decode(segment);
            if (part.isEmpty()
                    || part.get().isEmpty()
                    || (!slashes && part.get().contains("/"))) {
                return Optional.empty();
            }
            decoded.append(decoded.isEmpty() ? "" : "/").append(part.get());
        }
        boolean control = decoded.chars().anyMatch(Character::isISOControl);
        return control ? Optional.empty() : Optional.of(decoded.toString());
    }

    private static Optional<String> decode(String segment) {
        byte[] sent = segment.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(sent.length);
        for (int i = 0; i < sent.length; i++) {
            if (sent[i] != '%') {
                bytes.put(sent[i]);
                continue;
            }
            int high = i + 2 < sent.length ? Character.digit(sent[i + 1], 16) : -1;
            int low = i + 2 < sent.length ? Character.digit(sent[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
