package io.bulkhead.access;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/// What can be asked of the engine. Every API route names one; there is no route without.
public enum Operation {
    SYSTEM_PING("system.ping"),
    SYSTEM_VERSION("system.version"),
    SYSTEM_INFO("system.info"),
    SYSTEM_DF("system.df"),
    SYSTEM_EVENTS("system.events"),
    SYSTEM_AUTH("system.auth"),
    CONTAINER_LIST("container.list"),
    CONTAINER_INSPECT("container.inspect"),
    CONTAINER_CREATE("container.create"),
    CONTAINER_START("container.start"),
    CONTAINER_STOP("container.stop"),
    CONTAINER_RESTART("container.restart"),
    CONTAINER_KILL("container.kill"),
    CONTAINER_PAUSE("container.pause"),
    CONTAINER_UNPAUSE("container.unpause"),
    CONTAINER_WAIT("container.wait"),
    CONTAINER_RENAME("container.rename"),
    CONTAINER_REMOVE("container.remove"),
    CONTAINER_UPDATE("container.update"),
    CONTAINER_LOGS("container.logs"),
    CONTAINER_ATTACH("container.attach"),
    CONTAINER_RESIZE("container.resize"),
    CONTAINER_EXEC("container.exec"),
    CONTAINER_TOP("container.top"),
    CONTAINER_STATS("container.stats"),
    CONTAINER_COPY_IN("container.copy-in"),
    CONTAINER_COPY_OUT("container.copy-out"),
    CONTAINER_EXPORT("container.export"),
    CONTAINER_COMMIT("container.commit"),
    CONTAINER_CHANGES("container.changes"),
    CONTAINER_PRUNE("container.prune"),
    IMAGE_LIST("image.list"),
    IMAGE_INSPECT("image.inspect"),
    IMAGE_PULL("image.pull"),
    IMAGE_PUSH("image.push"),
    IMAGE_IMPORT("image.import"),
    IMAGE_LOAD("image.load"),
    IMAGE_SAVE("image.save"),
    IMAGE_TAG("image.tag"),
    IMAGE_REMOVE("image.remove"),
    IMAGE_PRUNE("image.prune"),
    IMAGE_BUILD("image.build"),
    IMAGE_SEARCH("image.search"),
    VOLUME_LIST("volume.list"),
    VOLUME_INSPECT("volume.inspect"),
    VOLUME_CREATE("volume.create"),
    VOLUME_REMOVE("volume.remove"),
    VOLUME_PRUNE("volume.prune"),
    NETWORK_LIST("network.list"),
    NETWORK_INSPECT("network.inspect"),
    NETWORK_CREATE("network.create"),
    NETWORK_REMOVE("network.remove"),
    NETWORK_CONNECT("network.connect"),
    NETWORK_PRUNE("network.prune"),
    AUDIT_READ("audit.read"),
    POSTURE_READ("posture.read"),
    /// Which container has which ids of the host.
    USERNS_READ("userns.read"),
    /// Giving ids back that hosts agreed on.
    USERNS_FORGET("userns.forget"),
    DENIALS_READ("denials.read"),
    /// What a system call policy does, whether or not a container has it.
    SECCOMP_READ("seccomp.read"),
    /// A system call of a container's, refused by its filter: recorded, never asked for.
    CONTAINER_SYSCALL("container.syscall"),
    /// Recordings of system calls.
    RECORDING_READ("recording.read"),
    RECORDING_REMOVE("recording.remove"),
    /// Changes of owners that mounts asked for.
    OWNERSHIP_READ("ownership.read"),
    OWNERSHIP_UNDO("ownership.undo"),
    /// Environment values of a container, shown with everything else about it.
    CONTAINER_ENVIRONMENT("container.environment"),
    /// What one's own roles allow: for everybody who has one.
    ACCESS_SELF("access.self"),
    /// What roles there are and what they would decide for others; about oneself everybody may ask.
    ACCESS_READ("access.read"),
    /// Bearer tokens for machines.
    TOKEN_CREATE("token.create"),
    TOKEN_LIST("token.list"),
    TOKEN_REVOKE("token.revoke"),
    /// A connection or token that identifies nobody: recorded, never asked for.
    CONNECT("connect"),
    /// A request that no route answers: recorded, then refused.
    UNKNOWN("unknown");

    private final String spelling;

    Operation(String spelling) {
        this.spelling = spelling;
    }

    /// Whether it can be about things of this kind.
    boolean concerns(Target target) {
        String kind = switch (target) {
            case Target.OfContainer _, Target.InContainer _ -> "container.";
            case Target.OfImage _ -> "image.";
            case Target.OfVolume _ -> "volume.";
            case Target.OfNetwork _ -> "network.";
            case Target.None _, Target.Other _, Target.Unresolved _ -> "";
        };
        return spelling.startsWith(kind);
    }

    /// Those that roles can grant.
    static Stream<Operation> grantable() {
        return Arrays.stream(values())
                .filter(operation -> operation != UNKNOWN && operation != CONTAINER_SYSCALL && operation != CONNECT);
    }

    /// The one of a spelling.
    public static Optional<Operation> of(String spelling) {
        return grantable()
                .filter(operation -> operation.spelling.equals(spelling))
                .findFirst();
    }

    /// As roles and the audit record write it, for example `container.create`.
    public String spelling() {
        return spelling;
    }
}
