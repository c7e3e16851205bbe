package io.bulkhead.container;

import io.bulkhead.bundle.BundleException;
import io.bulkhead.bundle.ImageUsers;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.ContainerId;
import io.bulkhead.name.Names;
import io.bulkhead.spec.UserSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Who ids of the host are in containers, and the other way round.
final class HostIds {

    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.@-]{0,62}\\$?");

    private final Index index;

    HostIds(Index index) {
        this.index = index;
    }

    /// The containers that have a host id. One of the host's user namespace has every id, as itself.
    List<Containers.IdOwner> owners(Containers.IdKind kind, long hostId) {
        return index.all().stream()
                .flatMap(life -> owner(life, kind, hostId).stream())
                .toList();
    }

    private static Optional<Containers.IdOwner> owner(Life life, Containers.IdKind kind, long hostId) {
        Optional<IdMap> map = life.idMaps().map(maps -> of(maps, kind));
        OptionalLong inside =
                map.isEmpty() ? OptionalLong.of(hostId) : map.get().containerId(hostId);
        if (inside.isEmpty()) {
            return Optional.empty();
        }
        long id = inside.getAsLong();
        return Optional.of(new Containers.IdOwner(life.snapshot(), id, name(life, kind, id)));
    }

    private static IdMap of(IdMaps maps, Containers.IdKind kind) {
        return switch (kind) {
            case USER -> maps.users();
            case GROUP -> maps.groups();
        };
    }

    /// By the files of the running container, which may say what they like: what is no plain name is not told, lest it
    /// reads as something else or moves a terminal's cursor. Nothing when it does not run.
    private static Optional<String> name(Life life, Containers.IdKind kind, long id) {
        try {
            return users(life)
                    .flatMap(users -> switch (kind) {
                        case USER -> users.userName(id);
                        case GROUP -> users.groupName(id);
                    })
                    .filter(name -> PLAIN.matcher(name).matches());
        } catch (BundleException | KernelException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<ImageUsers> users(Life life) {
        Optional<Directory> opened = life.run().flatMap(Run::root);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (Directory root = opened.get()) {
            return Optional.of(ImageUsers.read(root));
        }
    }

    /// @throws EngineException INVALID for a user the container does not have, CONFLICT for a name while it does not
    /// run
    Containers.HostUser of(ContainerId id, String user) {
        Life life = index.resolve(id.value());
        UserSpec spec = user(user);
        try {
            ImageUsers.Resolved resolved = users(life)
                    .orElseThrow(() -> new EngineException(
                            Reason.CONFLICT,
                            "container " + life.spec().name() + " does not run: whom it calls " + Names.shown(user)
                                    + " is in its files, which are looked at while it does"))
                    .resolve(spec, List.of(), life.idMaps());
            return new Containers.HostUser(
                    resolved.uid(),
                    resolved.gid(),
                    life.idMaps()
                            .map(maps -> maps.users().hostId(resolved.uid()).orElseThrow())
                            .orElse(resolved.uid()),
                    life.idMaps()
                            .map(maps -> maps.groups().hostId(resolved.gid()).orElseThrow())
                            .orElse(resolved.gid()));
        } catch (BundleException unknown) {
            throw Failures.of(unknown, List.of());
        }
    }

    private static UserSpec user(String user) {
        try {
            return UserSpec.parse(user);
        } catch (IllegalArgumentException wrong) {
            throw new EngineException(Reason.INVALID, "user: " + wrong.getMessage(), wrong);
        }
    }
}
