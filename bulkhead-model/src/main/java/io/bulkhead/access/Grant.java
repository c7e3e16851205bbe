package io.bulkhead.access;

import java.util.List;
import java.util.Set;

/// One line of a role: operations, and on what. A part that is absent means anything, but for the privileges:
/// without any it is for unprivileged containers only.
///
/// @param text as the file has it, for people
/// @param role whose line it is, also where another role extends that one
/// @param line of the file it stands in, 0 for the roles that are built in
/// @param denies whether it forbids what it names, whatever else allows it
/// @param containers patterns of names
/// @param volumes patterns of names
/// @param networks patterns of names
/// @param own only what the caller made
record Grant(
        String text,
        String role,
        int line,
        boolean denies,
        Set<Operation> operations,
        List<Pattern> containers,
        List<ImagePattern> images,
        List<Pattern> volumes,
        List<Pattern> networks,
        List<PrivilegePattern> privileges,
        boolean own) {

    Grant {
        operations = Set.copyOf(operations);
        containers = List.copyOf(containers);
        images = List.copyOf(images);
        volumes = List.copyOf(volumes);
        networks = List.copyOf(networks);
        privileges = List.copyOf(privileges);
    }

    /// Whether it is about this target. A list and what was not found are nothing it could be about: what allows
    /// something allows to ask for them, and what forbids some things does not forbid to ask for others.
    boolean isAbout(Target target, Caller caller) {
        return switch (target) {
            case Target.None _, Target.Other _, Target.Unresolved _ -> !denies || isAboutEverything();
            case Target.OfContainer container ->
                any(containers, container.name())
                        && (images.isEmpty() || container.images().stream().anyMatch(this::isImage))
                        && isOwners(container.owner(), caller);
            case Target.InContainer(var container, var _) -> isAbout(container, caller);
            case Target.OfImage image ->
                // Nobody is an image's owner.
                !own
                        && (images.isEmpty()
                                || isImage(image.id())
                                || image.names().stream().anyMatch(this::isImage));
            case Target.OfVolume volume -> any(volumes, volume.name()) && isOwners(volume.owner(), caller);
            case Target.OfNetwork network -> any(networks, network.name()) && isOwners(network.owner(), caller);
        };
    }

    /// Whether any of its operations is about things of the target's kind.
    boolean concerns(Target target) {
        return operations.stream().anyMatch(operation -> operation.concerns(target));
    }

    private boolean isAboutEverything() {
        return containers.isEmpty() && images.isEmpty() && volumes.isEmpty() && networks.isEmpty() && !own;
    }

    /// Whether it grants every operation on anything with any privilege.
    boolean isEverything() {
        return !denies
                && isAboutEverything()
                && Operation.grantable().allMatch(operations::contains)
                && privileges.stream().anyMatch(PrivilegePattern::isAll);
    }

    private static boolean any(List<Pattern> patterns, String name) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }

    private boolean isImage(String name) {
        return images.stream().anyMatch(pattern -> pattern.matches(name));
    }

    /// What nobody is known to have made is nobody's own.
    private boolean isOwners(String owner, Caller caller) {
        return !own || owner.equals(caller.subject());
    }

    boolean covers(Privilege privilege) {
        return privileges.stream().anyMatch(pattern -> pattern.covers(privilege));
    }

    /// For what denies: without privileges it is about every request, with some about requests for any of them.
    boolean forbids(Set<Privilege> asked) {
        return privileges.isEmpty()
                || asked.stream()
                        .anyMatch(privilege -> privileges.stream().anyMatch(pattern -> pattern.touches(privilege)));
    }

    /// `role app-creator, roles.yaml line 7`.
    String rule() {
        return "role " + role + (line > 0 ? ", roles.yaml line " + line : " (built in)");
    }
}
