package io.bulkhead.idmap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How modes are written on a command line.
///
/// The lines of `map:` are apart from each other by commas; each is either Podman's, `[u|g]INSIDE:HOST[:COUNT]` as in
/// its `--uidmap` and `--gidmap`, or `/etc/subuid`'s, `NAME:HOST:COUNT` (subuid(5)), whose ids begin at 0 inside. A
/// line
/// without `u` or `g` is for users and groups. Users or groups that no line is for are mapped as the others are.
final class UsernsSpelling {

    static final String WORDS =
            "auto, auto:size=N, static, static:size=N, identity, shift:N, single, single:UID[:GID], map:LINE[,LINE...], map:NAME, host";

    private static final String SIZE = "size=";

    private final List<IdMap.Line> users = new ArrayList<>();
    private final List<IdMap.Line> groups = new ArrayList<>();

    private UsernsSpelling() {}

    static UsernsMode parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        boolean alone = colon < 0;
        return switch (word) {
            case "auto" -> alone ? UsernsMode.defaultMode() : new UsernsMode.Auto(size(word, rest));
            case "static" -> new UsernsMode.Static(alone ? UsernsMode.Auto.DEFAULT_SIZE : size(word, rest));
            case "identity" -> alone(word, alone, new UsernsMode.Identity());
            case "host" -> alone(word, alone, new UsernsMode.Host());
            case "shift" -> new UsernsMode.Shift(id("shift", rest));
            case "single" -> new UsernsMode.Single(alone ? Optional.empty() : Optional.of(hostUser(rest)));
            case "map" -> new UsernsMode.Mapped(maps(rest));
            default -> throw new IllegalArgumentException("there is no such mode; there are " + WORDS);
        };
    }

    private static UsernsMode alone(String word, boolean alone, UsernsMode mode) {
        if (!alone) {
            throw new IllegalArgumentException("nothing comes after `" + word + "`");
        }
        return mode;
    }

    private static long size(String word, String rest) {
        if (!rest.startsWith(SIZE)) {
            throw new IllegalArgumentException("after `" + word + ":` comes `size=N`, how many ids the container gets");
        }
        return id(word + ":" + SIZE, rest.substring(SIZE.length()));
    }

    private static UsernsMode.HostUser hostUser(String rest) {
        List<String> ids = List.of(rest.split(":", -1));
        if (ids.size() > 2) {
            throw new IllegalArgumentException("after `single:` comes UID or UID:GID");
        }
        return new UsernsMode.HostUser(id("single", ids.getFirst()), id("single", ids.getLast()));
    }

    private static IdMaps maps(String text) {
        var spelling = new UsernsSpelling();
        Stream.of(text.split(",", -1)).forEach(spelling::line);
        List<IdMap.Line> forUsers = spelling.users.isEmpty() ? spelling.groups : spelling.users;
        List<IdMap.Line> forGroups = spelling.groups.isEmpty() ? spelling.users : spelling.groups;
        return new IdMaps(map("users", forUsers), map("groups", forGroups));
    }

    private static IdMap map(String whose, List<IdMap.Line> lines) {
        try {
            return new IdMap(lines);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("map of " + whose + ": " + refused.getMessage(), refused);
        }
    }

    private void line(String text) {
        List<String> fields = List.of(text.split(":", -1));
        String first = fields.getFirst();
        if (fields.size() == 3 && !first.isEmpty() && !first.matches("[ug]?[0-9]+")) {
            add("", 0, text, fields);
            return;
        }
        if (fields.size() < 2 || fields.size() > 3) {
            throw new IllegalArgumentException("`" + text
                    + "` is neither INSIDE:HOST[:COUNT] nor NAME:HOST:COUNT, nor alone a user of /etc/subuid");
        }
        String whose = first.startsWith("u") || first.startsWith("g") ? first.substring(0, 1) : "";
        add(whose, id(text, first.substring(whose.length())), text, fields);
    }

    private void add(String whose, long inside, String text, List<String> fields) {
        long count = fields.size() == 3 ? id(text, fields.get(2)) : 1;
        var line = new IdMap.Line(inside, id(text, fields.get(1)), count);
        if (!whose.equals("g")) {
            users.add(line);
        }
        if (!whose.equals("u")) {
            groups.add(line);
        }
    }

    private static long id(String where, String text) {
        return IdNumber.digits(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "`" + text + "` in `" + where + "` is not a number of ids or an id"));
    }

    static String of(UsernsMode mode) {
        return switch (mode) {
            case UsernsMode.Auto(long size) when size == UsernsMode.Auto.DEFAULT_SIZE -> "auto";
            case UsernsMode.Auto(long size) -> "auto:" + SIZE + size;
            case UsernsMode.Static(long size) when size == UsernsMode.Auto.DEFAULT_SIZE -> "static";
            case UsernsMode.Static(long size) -> "static:" + SIZE + size;
            case UsernsMode.Identity() -> "identity";
            case UsernsMode.Shift(long root) -> "shift:" + root;
            case UsernsMode.Single(var given) ->
                given.map(user -> "single:" + user.uid() + ":" + user.gid()).orElse("single");
            case UsernsMode.Mapped(var maps) -> "map:" + String.join(",", lines(maps));
            case UsernsMode.Host() -> "host";
        };
    }

    private static List<String> lines(IdMaps maps) {
        if (maps.users().equals(maps.groups())) {
            return lines("", maps.users());
        }
        return Stream.concat(lines("u", maps.users()).stream(), lines("g", maps.groups()).stream())
                .toList();
    }

    private static List<String> lines(String whose, IdMap map) {
        return map.lines().stream()
                .map(line -> whose + line.inside() + ":" + line.outside() + ":" + line.count())
                .toList();
    }
}
