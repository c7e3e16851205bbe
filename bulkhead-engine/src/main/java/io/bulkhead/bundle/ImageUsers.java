package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.idmap.IdNumber;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import io.bulkhead.spec.UserSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// Turns the user of a spec into numbers, by the image's `/etc/passwd` and `/etc/group`, as Docker does. Both files are
/// foreign: only a regular file inside the root is read, and no more than a few megabytes of it (CVE-2024-9676,
/// CVE-2024-9341).
public final class ImageUsers {

    private static final int MOST_BYTES = 4 << 20;

    private final List<Account> accounts;
    private final List<Group> groups;

    private ImageUsers(List<Account> accounts, List<Group> groups) {
        this.accounts = accounts;
        this.groups = groups;
    }

    /// A user in numbers, ids as the container sees them.
    ///
    /// @param additionalGids with the primary group among them: a process whose list lacks it could drop it
    /// (CVE-2022-36109)
    /// @param home from the passwd file, or `/`
    /// @param squashed an ordinary user of the image where the container has only one id, which is 0: it is that,
    /// and has no more power for it
    public record Resolved(long uid, long gid, List<Long> additionalGids, String home, boolean squashed) {
        public Resolved {
            additionalGids = List.copyOf(additionalGids);
        }
    }

    private record Account(String name, long uid, long gid, String home) {}

    private record Group(String name, long gid, List<String> members) {}

    /// @param root the container's root file system
    /// @throws BundleException IMAGE_MALFORMED if a file is not a regular one
    public static ImageUsers read(Directory root) {
        var accounts = new ArrayList<Account>();
        for (String[] field : lines(root, "etc/passwd", 4)) {
            OptionalLong uid = IdNumber.parse(field[2]);
            OptionalLong gid = IdNumber.parse(field[3]);
            if (uid.isPresent() && gid.isPresent()) {
                accounts.add(new Account(field[0], uid.getAsLong(), gid.getAsLong(), field.length > 5 ? field[5] : ""));
            }
        }
        var groups = new ArrayList<Group>();
        for (String[] field : lines(root, "etc/group", 3)) {
            List<String> members = field.length > 3 ? List.of(field[3].split(",", -1)) : List.of();
            IdNumber.parse(field[2]).ifPresent(gid -> groups.add(new Group(field[0], gid, members)));
        }
        return new ImageUsers(accounts, groups);
    }

    /// @param additionalGroups names or numbers, as `--group-add` takes them
    /// @param maps the ids the container has; empty with the host's
    /// @throws BundleException UNKNOWN_USER or UNMAPPED_ID
    public Resolved resolve(UserSpec user, List<String> additionalGroups, Optional<IdMaps> maps) {
        Optional<Account> account = account(user.user());
        long uid = switch (user.user()) {
            case UserSpec.Id.Numeric(long value) -> value;
            case UserSpec.Id.Named(var name) ->
                account.map(Account::uid).orElseThrow(() -> unknown("user", name, "/etc/passwd"));
        };
        long gid = user.group().map(this::gid).orElse(account.map(Account::gid).orElse(0L));
        Set<Long> additional = new LinkedHashSet<>();
        additional.add(gid);
        if (user.group().isEmpty()) {
            account.ifPresent(a -> additional.addAll(groupsOf(a.name)));
        }
        additionalGroups.forEach(group -> additional.add(gid(id(group))));
        String home =
                account.map(Account::home).filter(path -> path.startsWith("/")).orElse("/");
        if (maps.filter(IdMaps::single).isPresent()) {
            return new Resolved(0, 0, List.of(0L), home, uid != 0);
        }
        maps.ifPresent(ids -> {
            requireMapped("uid", uid, ids.users());
            additional.forEach(id -> requireMapped("gid", id, ids.groups()));
        });
        return new Resolved(uid, gid, List.copyOf(additional), home, false);
    }

    /// What the image calls a user; the first line with the number counts, as for getpwuid(3).
    public Optional<String> userName(long uid) {
        return accounts.stream()
                .filter(account -> account.uid == uid)
                .map(Account::name)
                .findFirst();
    }

    /// What the image calls a group.
    public Optional<String> groupName(long gid) {
        return groups.stream()
                .filter(group -> group.gid == gid)
                .map(Group::name)
                .findFirst();
    }

    /// Of all users and groups but `nobody`'s.
    public long highestId() {
        return Stream.concat(
                        accounts.stream().flatMap(account -> Stream.of(account.uid, account.gid)),
                        groups.stream().map(Group::gid))
                .filter(id -> id != IdMaps.OVERFLOW_ID)
                .max(Long::compare)
                .orElse(0L);
    }

    private Optional<Account> account(UserSpec.Id user) {
        return accounts.stream()
                .filter(account -> switch (user) {
                    case UserSpec.Id.Numeric(long value) -> account.uid == value;
                    case UserSpec.Id.Named(var name) -> account.name.equals(name);
                })
                .findFirst();
    }

    private List<Long> groupsOf(String name) {
        return groups.stream()
                .filter(group -> group.members.contains(name))
                .map(Group::gid)
                .toList();
    }

    private long gid(UserSpec.Id group) {
        return switch (group) {
            case UserSpec.Id.Numeric(long value) -> value;
            case UserSpec.Id.Named(var name) ->
                groups.stream()
                        .filter(each -> each.name.equals(name))
                        .findFirst()
                        .map(Group::gid)
                        .orElseThrow(() -> unknown("group", name, "/etc/group"));
        };
    }

    private static UserSpec.Id id(String text) {
        try {
            return UserSpec.parse(text).user();
        } catch (IllegalArgumentException wrong) {
            throw new BundleException(Reason.UNKNOWN_USER, "group: " + wrong.getMessage(), wrong);
        }
    }

    private static BundleException unknown(String what, String name, String file) {
        return new BundleException(
                Reason.UNKNOWN_USER,
                "unable to find " + what + " " + Names.shown(name) + ": no matching entries in the image's " + file);
    }

    private static void requireMapped(String what, long id, IdMap map) {
        if (map.hostId(id).isEmpty()) {
            throw new BundleException(
                    Reason.UNMAPPED_ID,
                    "user namespace: " + what + " " + id + " is outside the container's " + map.count()
                            + " ids; use --userns=auto:size=" + (id + 1) + " or more, or a map that has it");
        }
    }

    private static List<String[]> lines(Directory root, String file, int leastFields) {
        return content(root, file)
                .lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= leastFields)
                .toList();
    }

    private static String content(Directory root, String file) {
        try {
            return root.readRegularFile(file, Links.IN_ROOT, MOST_BYTES)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
        } catch (KernelException refused) {
            throw new BundleException(
                    Reason.IMAGE_MALFORMED, "the image's /" + file + ": " + refused.getMessage(), refused);
        }
    }
}
