package io.bulkhead.roles;

import io.bulkhead.access.Caller;
import io.bulkhead.access.RoleLine.Word;
import io.bulkhead.kernel.HostUsers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Somebody who is asked about and does not ask: as a caller with that name would be.
public final class Somebody {

    private Somebody() {}

    /// A user with all groups, or whoever has a certificate, a token or a group and is nothing else.
    ///
    /// @param subject as a binding has it, for example `user:alice`
    /// @throws IllegalArgumentException when it is nobody
    public static Caller of(String subject) {
        if (subject.startsWith("user:")) {
            String name = subject.substring("user:".length());
            HostUsers.Account account = HostUsers.account(name)
                    .orElseThrow(() -> new IllegalArgumentException("there is no user `" + name + "` on this host"));
            return new Caller.UnixUser(
                    account.uid(), account.gid(), account.groups(), OptionalInt.empty(), OptionalLong.empty());
        }
        Optional<io.bulkhead.access.Principal> principal =
                new Principals(HostUsers::user, HostUsers::group).find(new Word(subject, 0));
        return principal
                .orElseThrow(() -> new IllegalArgumentException("`" + subject + "` is nobody on this host"))
                .caller();
    }

    /// The same in more groups than the host knows of.
    ///
    /// @param groups by name or number
    public static Caller of(String subject, List<String> groups) {
        Caller caller = of(subject);
        if (groups.isEmpty()) {
            return caller;
        }
        if (!(caller instanceof Caller.UnixUser user)) {
            throw new IllegalArgumentException("only a user is in groups");
        }
        var all = new java.util.ArrayList<>(user.groups());
        for (String group : groups) {
            OptionalLong id =
                    group.matches("[0-9]{1,10}") ? OptionalLong.of(Long.parseLong(group)) : HostUsers.group(group);
            all.add(id.orElseThrow(
                    () -> new IllegalArgumentException("there is no group `" + group + "` on this host")));
        }
        return new Caller.UnixUser(user.uid(), user.gid(), all, OptionalInt.empty(), OptionalLong.empty());
    }
}
