package io.bulkhead.access;

import io.bulkhead.access.RoleLine.Binding;
import io.bulkhead.access.RoleLine.Word;
import io.bulkhead.name.Names;
import io.bulkhead.name.Nearest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// The roles and who has them, read once and never changed: a new file is a new policy.
public final class AccessPolicy {

    /// What becomes of a refusal.
    public enum Mode {
        ENFORCE,
        /// It is recorded and not carried out: for seeing what roles would refuse before they do.
        DRY_RUN
    }

    private static final java.util.regex.Pattern ROLE_NAME =
            java.util.regex.Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");

    /// Without roles of an administrator's: root administers, nobody else may do anything.
    public static final AccessPolicy ROOT_ONLY = of(Map.of(), List.of(), Mode.ENFORCE);

    private final Map<String, List<Grant>> roles;
    private final Map<String, Map<Operation, List<Grant>>> byOperation;
    private final Map<Principal, Set<String>> bindings;
    private final Mode mode;

    private AccessPolicy(Map<String, List<Grant>> roles, Map<Principal, Set<String>> bindings, Mode mode) {
        this.roles = roles;
        this.bindings = bindings;
        this.mode = mode;
        this.byOperation = new HashMap<>();
        roles.forEach((role, grants) -> byOperation.put(role, byOperation(grants)));
    }

    private static Map<Operation, List<Grant>> byOperation(List<Grant> grants) {
        var sorted = new EnumMap<Operation, List<Grant>>(Operation.class);
        for (Grant grant : grants) {
            grant.operations()
                    .forEach(operation -> sorted.computeIfAbsent(operation, _ -> new ArrayList<>())
                            .add(grant));
        }
        return sorted;
    }

    /// @param roles by name, without the ones that are built in
    /// @throws RolesException the first thing that is wrong, and its line
    public static AccessPolicy of(Map<Word, List<RoleLine>> roles, List<Binding> bindings, Mode mode) {
        Map<Word, List<RoleLine>> all = new LinkedHashMap<>(BuiltInRoles.all());
        Set<String> builtIn = new LinkedHashSet<>();
        all.keySet().forEach(name -> builtIn.add(name.text()));
        roles.forEach((name, lines) -> {
            requireName(name, builtIn);
            all.put(name, lines);
        });
        var compiled = new RoleCompiler(all).compile();
        var bound = new HashMap<Principal, Set<String>>();
        for (Binding binding : bindings) {
            if (!compiled.containsKey(binding.role().text())) {
                throw new RolesException(
                        binding.role().line(),
                        "there is no role `" + Names.shown(binding.role().text()) + "`"
                                + Nearest.hint(binding.role().text(), compiled.keySet()));
            }
            binding.principals()
                    .forEach(principal -> bound.computeIfAbsent(principal, _ -> new LinkedHashSet<>())
                            .add(binding.role().text()));
        }
        bound.computeIfAbsent(new Principal.User(0), _ -> new LinkedHashSet<>()).add(BuiltInRoles.ADMIN);
        return new AccessPolicy(compiled, bound, mode);
    }

    private static void requireName(Word name, Set<String> builtIn) {
        if (!ROLE_NAME.matcher(name.text()).matches()) {
            throw new RolesException(
                    name.line(),
                    "`" + Names.shown(name.text()) + "` is no name of a role: letters, digits, `_`, `.` and `-`");
        }
        if (builtIn.contains(name.text())) {
            throw new RolesException(name.line(), "role `" + name.text() + "` is built in: choose another name");
        }
    }

    public Mode mode() {
        return mode;
    }

    /// All roles by name, the ones that are built in too.
    public Set<String> roleNames() {
        return roles.keySet();
    }

    /// The roles somebody has, in the order of their names. A caller the engine does not know has none.
    public List<String> rolesOf(Caller caller) {
        var names = new java.util.TreeSet<String>();
        principals(caller).forEach(principal -> names.addAll(bindings.getOrDefault(principal, Set.of())));
        if (caller instanceof Caller.Token token && roles.containsKey(token.role())) {
            names.add(token.role());
        }
        return List.copyOf(names);
    }

    /// Who is bound to a role.
    public List<Principal> boundTo(String role) {
        return bindings.entrySet().stream()
                .filter(binding -> binding.getValue().contains(role))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// One line of a role, for people.
    ///
    /// @param role whose line it is, also where another extends that one
    /// @param line of the file, 0 for what is built in
    public record Line(String role, int line, String text) {}

    /// All lines of a role, with those of the roles it extends.
    public List<Line> lines(String role) {
        return grants(role).stream()
                .map(grant -> new Line(grant.role(), grant.line(), grant.text()))
                .toList();
    }

    /// Everybody a role is bound to.
    public Set<Principal> principals() {
        return bindings.keySet();
    }

    /// The lines of a role that are about an operation.
    List<Grant> grants(String role, Operation operation) {
        return byOperation.getOrDefault(role, Map.of()).getOrDefault(operation, List.of());
    }

    /// All lines of a role.
    List<Grant> grants(String role) {
        return roles.getOrDefault(role, List.of());
    }

    private static Stream<Principal> principals(Caller caller) {
        return switch (caller) {
            case Caller.UnixUser user ->
                Stream.concat(
                        Stream.of(new Principal.User(user.uid()), new Principal.Group(user.gid())),
                        user.groups().stream().map(Principal.Group::new));
            case Caller.Certificate certificate ->
                Stream.of(
                                Stream.of(new Principal.Certificate("CN", certificate.commonName())),
                                certificate.organizations().stream()
                                        .map(name -> (Principal) new Principal.Certificate("O", name)),
                                certificate.alternativeNames().stream().map(AccessPolicy::alternative))
                        .flatMap(Function.identity());
            case Caller.Token token -> Stream.of(new Principal.Token(token.name()));
            case Caller.Engine _, Caller.Unidentified _ -> Stream.empty();
        };
    }

    private static Principal alternative(String name) {
        int colon = name.indexOf(':');
        return new Principal.Certificate(name.substring(0, Math.max(0, colon)), name.substring(colon + 1));
    }
}
