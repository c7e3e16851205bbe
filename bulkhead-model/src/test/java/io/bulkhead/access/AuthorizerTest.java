package io.bulkhead.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.AccessPolicy.Mode;
import io.bulkhead.access.Decision.Denied;
import io.bulkhead.access.Decision.Reason;
import io.bulkhead.access.RoleLine.Binding;
import io.bulkhead.access.RoleLine.Extends;
import io.bulkhead.access.RoleLine.Rule;
import io.bulkhead.access.RoleLine.Word;
import io.bulkhead.capability.Capability;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The roles of docs/roles.md and what they decide. Each way to get around them has a test of its own.
class AuthorizerTest {

    private static final Caller ALICE = user(1001);
    private static final Caller BOB = user(1002);
    private static final Caller CAROL = user(1003);
    private static final Caller NOBODY = user(1999);
    private static final Caller ROOT = user(0);

    private static final Privilege NET_ADMIN = new Privilege.AddedCapability(Capability.NET_ADMIN);
    private static final Privilege NET_PATH = new Privilege.HostPath("/srv/net", true);

    private static final Target WEB = container("web-1", "registry.example.com/app/web:1", "unix:0");
    private static final Target DB = container("db-1", "registry.example.com/app/db:1", "unix:0");

    private final AccessPolicy policy = AccessPolicy.of(
            roles(
                    "restart-web",
                    List.of(rule(
                            "container.start container.stop container.restart container.inspect",
                            "web-*",
                            "",
                            "",
                            false)),
                    "app-creator",
                    List.of(rule(
                            "container.create container.start container.remove container.exec",
                            "",
                            "registry.example.com/app/*",
                            "",
                            true)),
                    "net-creator",
                    List.of(rule(
                            "container.create",
                            "",
                            "registry.example.com/net/*",
                            "added-capability:NET_ADMIN host-path:/srv/net:ro",
                            false)),
                    "power",
                    List.of(rule("container.*", "", "", "all", false))),
            List.of(
                    bound("restart-web", new Principal.User(1001)),
                    bound("app-creator", new Principal.User(1002)),
                    bound("net-creator", new Principal.User(1002)),
                    bound("power", new Principal.Group(50))),
            Mode.ENFORCE);

    private static Caller user(long uid) {
        return new Caller.UnixUser(uid, uid, List.of(), OptionalInt.empty(), OptionalLong.empty());
    }

    private static Target container(String name, String image, String owner) {
        return new Target.OfContainer("id-" + name, name, Set.of(image), owner);
    }

    static Map<Word, List<RoleLine>> roles(Object... namesAndLines) {
        var roles = new LinkedHashMap<Word, List<RoleLine>>();
        for (int i = 0; i < namesAndLines.length; i += 2) {
            List<?> lines = (List<?>) namesAndLines[i + 1];
            roles.put(
                    new Word((String) namesAndLines[i], i + 1),
                    lines.stream().map(RoleLine.class::cast).toList());
        }
        return roles;
    }

    private static Rule rule(String operations, String containers, String images, String privileges, boolean own) {
        return line(false, operations, containers, images, privileges, own);
    }

    private static Rule deny(String operations, String containers, String privileges) {
        return line(true, operations, containers, "", privileges, false);
    }

    private static Rule line(
            boolean denies, String operations, String containers, String images, String privileges, boolean own) {
        return new Rule(
                7,
                denies,
                words(operations),
                words(containers),
                words(images),
                List.of(),
                List.of(),
                words(privileges),
                own ? Optional.of(new Word("self", 7)) : Optional.empty());
    }

    private static List<Word> words(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .map(word -> new Word(word, 7))
                .toList();
    }

    private static Binding bound(String role, Principal... principals) {
        return new Binding(new Word(role, 20), List.of(principals));
    }

    private Decision decide(Caller caller, Operation operation, Target target, Privilege... privileges) {
        return new Authorizer(() -> policy).decide(caller, operation, target, Set.of(privileges));
    }

    private static Reason reason(Decision decision) {
        assertThat(decision).isInstanceOf(Denied.class);
        return ((Denied) decision).reason();
    }

    @Test
    void theFirstAdministratorOnlyStartsAndStopsNamedContainers() {
        assertThat(decide(ALICE, Operation.CONTAINER_START, WEB)).isInstanceOf(Allowed.class);
        assertThat(decide(ALICE, Operation.CONTAINER_STOP, WEB)).isInstanceOf(Allowed.class);
        assertThat(reason(decide(ALICE, Operation.CONTAINER_START, DB))).isEqualTo(Reason.OUT_OF_SCOPE);

        var allowed = EnumSet.of(
                Operation.CONTAINER_START,
                Operation.CONTAINER_STOP,
                Operation.CONTAINER_RESTART,
                Operation.CONTAINER_INSPECT,
                Operation.SYSTEM_PING,
                Operation.SYSTEM_VERSION,
                Operation.ACCESS_SELF);
        assertThat(Arrays.stream(Operation.values())
                        .filter(operation -> decide(ALICE, operation, WEB) instanceof Allowed))
                .containsExactlyInAnyOrderElementsOf(allowed);
    }

    @Test
    void theSecondCreatesUnprivilegedContainersFromGivenImages() {
        Target own = container("x", "registry.example.com/app/web:1", "unix:1002");

        assertThat(decide(BOB, Operation.CONTAINER_CREATE, own)).isInstanceOf(Allowed.class);
        assertThat(reason(decide(BOB, Operation.CONTAINER_CREATE, own, NET_ADMIN)))
                .isEqualTo(Reason.PRIVILEGE);
        assertThat(reason(decide(
                        BOB, Operation.CONTAINER_CREATE, container("x", "evil.example.com/app/web:1", "unix:1002"))))
                .isEqualTo(Reason.OUT_OF_SCOPE);
        // Somebody else's, though the image fits.
        assertThat(reason(decide(BOB, Operation.CONTAINER_START, WEB))).isEqualTo(Reason.OUT_OF_SCOPE);
        // Of an older engine, which noted no owner.
        assertThat(reason(decide(BOB, Operation.CONTAINER_START, container("x", "registry.example.com/app/web:1", ""))))
                .isEqualTo(Reason.OUT_OF_SCOPE);
    }

    @Test
    void theThirdCreatesPrivilegedOnesByGroup() {
        Caller member = new Caller.UnixUser(1003, 100, List.of(50L), OptionalInt.empty(), OptionalLong.empty());

        assertThat(PrivilegePatternTest.ALL)
                .allSatisfy(privilege -> assertThat(decide(member, Operation.CONTAINER_CREATE, WEB, privilege))
                        .isInstanceOf(Allowed.class));
        assertThat(reason(decide(CAROL, Operation.CONTAINER_CREATE, WEB))).isEqualTo(Reason.NO_BINDING);
    }

    @Test
    void aPowerIsGrantedByNameAndForItsImagesOnly() {
        Target net = container("n", "registry.example.com/net/vpn:1", "unix:1002");
        Target app = container("n", "registry.example.com/app/web:1", "unix:1002");

        assertThat(decide(BOB, Operation.CONTAINER_CREATE, net, NET_ADMIN, NET_PATH))
                .isInstanceOf(Allowed.class);
        assertThat(reason(decide(BOB, Operation.CONTAINER_CREATE, app, NET_ADMIN)))
                .isEqualTo(Reason.PRIVILEGE);
        Denied denied = (Denied) decide(BOB, Operation.CONTAINER_CREATE, net, NET_ADMIN, new Privilege.LabelDisabled());
        assertThat(denied.rule())
                .contains("role net-creator, roles.yaml line 7")
                .contains("label-disabled");
        assertThat(denied.rule()).doesNotContain("NET_ADMIN");
        assertThat(denied.remedy()).contains("privileges: [label-disabled]");
    }

    /// The lines of two roles do not add up to a third that nobody wrote.
    @Test
    void rolesAreNotCombined() {
        AccessPolicy two = AccessPolicy.of(
                roles(
                        "a", List.of(rule("container.create", "", "", "added-capability:NET_ADMIN", false)),
                        "b", List.of(rule("container.create", "", "", "host-path:/srv/net:ro", false)),
                        "c",
                                List.of(
                                        rule("container.create", "", "", "added-capability:NET_ADMIN", false),
                                        rule("container.create", "", "", "host-path:/srv/net:ro", false))),
                List.of(
                        bound("a", new Principal.User(1001)),
                        bound("b", new Principal.User(1001)),
                        bound("c", new Principal.User(1002))),
                Mode.ENFORCE);

        Set<Privilege> both = Set.of(NET_ADMIN, NET_PATH);
        assertThat(reason(Authorizer.decide(two, ALICE, Operation.CONTAINER_CREATE, WEB, both)))
                .isEqualTo(Reason.PRIVILEGE);
        assertThat(Authorizer.decide(two, BOB, Operation.CONTAINER_CREATE, WEB, both))
                .isInstanceOf(Allowed.class);
    }

    @Test
    void aDenialWinsWhateverElseAllows() {
        AccessPolicy denying = AccessPolicy.of(
                roles(
                        "careful",
                        List.of(
                                new Extends(new Word("admin", 3)),
                                deny("container.exec", "db-*", ""),
                                deny("container.create", "", "host-path:/etc:rw"))),
                List.of(bound("careful", new Principal.User(1001)), bound("admin", new Principal.User(1001))),
                Mode.ENFORCE);
        var authorizer = new Authorizer(() -> denying);

        assertThat(authorizer.decide(ALICE, Operation.CONTAINER_EXEC, WEB, Set.of()))
                .isInstanceOf(Allowed.class);
        assertThat(reason(authorizer.decide(ALICE, Operation.CONTAINER_EXEC, DB, Set.of())))
                .isEqualTo(Reason.EXPLICIT_DENY);
        // The whole host has /etc in it.
        assertThat(reason(authorizer.decide(
                        ALICE, Operation.CONTAINER_CREATE, WEB, Set.of(new Privilege.HostPath("/", false)))))
                .isEqualTo(Reason.EXPLICIT_DENY);
        assertThat(authorizer.decide(
                        ALICE, Operation.CONTAINER_CREATE, WEB, Set.of(new Privilege.HostPath("/srv", false))))
                .isInstanceOf(Allowed.class);
        // What forbids one container does not forbid to ask for others.
        assertThat(authorizer.decide(ALICE, Operation.CONTAINER_EXEC, new Target.Unresolved("x"), Set.of()))
                .isInstanceOf(Allowed.class);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void whoHasNoRoleMayDoNothing(Operation operation) {
        assertThat(decide(NOBODY, operation, WEB)).isInstanceOf(Denied.class);
        assertThat(decide(NOBODY, operation, Target.none())).isInstanceOf(Denied.class);
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = "UNKNOWN", mode = EnumSource.Mode.EXCLUDE)
    void rootAdministersWithAnyRolesAndWithNone(Operation operation) {
        if (operation == Operation.CONTAINER_SYSCALL || operation == Operation.CONNECT) {
            return;
        }
        assertThat(decide(ROOT, operation, WEB, PrivilegePatternTest.ALL.toArray(Privilege[]::new)))
                .isInstanceOf(Allowed.class);
        assertThat(new Authorizer().decide(ROOT, operation, DB, Set.of(NET_ADMIN)))
                .isInstanceOf(Allowed.class);
    }

    /// CVE-2026-33997: the set that is asked for is compared as a set, whatever its order and size.
    @Property
    void everySubsetOfWhatIsGrantedIsAllowedAndNoOther(@ForAll Set<Capability> granted, @ForAll Set<Capability> asked) {
        String privileges = granted.stream()
                .map(capability -> "added-capability:" + capability)
                .collect(Collectors.joining(" "));
        AccessPolicy some = AccessPolicy.of(
                roles("r", List.of(rule("container.create", "", "", privileges, false))),
                List.of(bound("r", new Principal.User(1001))),
                Mode.ENFORCE);
        Set<Privilege> wanted =
                asked.stream().map(Privilege.AddedCapability::new).collect(Collectors.toSet());

        assertThat(Authorizer.decide(some, ALICE, Operation.CONTAINER_CREATE, WEB, wanted) instanceof Allowed)
                .isEqualTo(granted.containsAll(asked));
    }

    @Test
    void onesOwnIsSeenAndOthersAreNot() {
        var authorizer = new Authorizer(() -> policy);

        assertThat(authorizer.view(ALICE).sees(WEB)).isTrue();
        assertThat(authorizer.view(ALICE).sees(DB)).isFalse();
        assertThat(authorizer.view(BOB).sees(WEB)).isFalse();
        assertThat(authorizer.view(BOB).sees(container("x", "registry.example.com/app/web:1", "unix:1002")))
                .isTrue();
        assertThat(authorizer.view(NOBODY).sees(WEB)).isFalse();
        // A role about containers shows no images.
        assertThat(authorizer
                        .view(ALICE)
                        .sees(new Target.OfImage("sha256:aa", Set.of("registry.example.com/app/web:1"))))
                .isFalse();
    }

    @Test
    void certificatesAndTokensHaveRolesToo() {
        AccessPolicy machines = AccessPolicy.of(
                Map.of(),
                List.of(
                        bound("operator", new Principal.Certificate("CN", "ci")),
                        bound("viewer", new Principal.Certificate("O", "builders")),
                        bound("viewer", new Principal.Certificate("URI", "spiffe://a/b"))),
                Mode.ENFORCE);

        var ci = new Caller.Certificate("ci", List.of("builders"), List.of(), "ff", Optional.empty());
        var workload = new Caller.Certificate("x", List.of(), List.of("URI:spiffe://a/b"), "ff", Optional.empty());
        var token = new Caller.Token("deploy", "1", "operator", Optional.empty());
        var orphan = new Caller.Token("deploy", "1", "no-such-role", Optional.empty());
        assertThat(machines.rolesOf(ci)).containsExactly("operator", "viewer");
        assertThat(machines.rolesOf(workload)).containsExactly("viewer");
        assertThat(machines.rolesOf(token)).containsExactly("operator");
        assertThat(machines.rolesOf(orphan)).isEmpty();
    }

    @Test
    void aDryRunRefusesNothingAndSaysWhatItWould() {
        AccessPolicy dry = AccessPolicy.of(Map.of(), List.of(), Mode.DRY_RUN);

        Decision decision = new Authorizer(() -> dry).decide(ALICE, Operation.CONTAINER_CREATE, WEB, Set.of());

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Allowed.class,
                        allowed -> assertThat(allowed.wouldBe())
                                .hasValueSatisfying(
                                        denied -> assertThat(denied.reason()).isEqualTo(Reason.NO_BINDING)));
        assertThat(reason(new Authorizer(() -> dry).decide(ALICE, Operation.UNKNOWN, WEB, Set.of())))
                .isEqualTo(Reason.UNKNOWN_OPERATION);
    }

    @Test
    void nobodyKnownIsRefusedEvenInADryRun() {
        AccessPolicy dry = AccessPolicy.of(Map.of(), List.of(), Mode.DRY_RUN);
        var stranger = new Caller.Unidentified("192.0.2.1");

        assertThat(reason(new Authorizer(() -> dry).decide(stranger, Operation.SYSTEM_PING, WEB, Set.of())))
                .isEqualTo(Reason.NO_IDENTITY);
        assertThat(dry.rolesOf(stranger)).isEmpty();
    }

    /// A token may be all that its role and its name are bound to: whoever makes one could be it.
    @Test
    void onlyWhoMayDoEverythingMakesTokens() {
        AccessPolicy given = AccessPolicy.of(
                roles(
                        "tokens", List.of(rule("token.*", "", "", "", false)),
                        "nearly", List.of(rule("*", "", "", "added-capability:*", false)),
                        "own", List.of(rule("*", "", "", "all", true)),
                        "web-admin", List.of(rule("*", "web-*", "", "all", false)),
                        "careful", List.of(new Extends(new Word("admin", 9)), deny("container.exec", "db-*", "")),
                        "another", List.of(rule("*", "", "", "all", false)),
                        "no-db", List.of(deny("container.exec", "db-*", ""))),
                List.of(
                        bound("tokens", new Principal.User(1)),
                        bound("nearly", new Principal.User(2)),
                        bound("own", new Principal.User(3)),
                        bound("web-admin", new Principal.User(4)),
                        bound("careful", new Principal.User(5)),
                        bound("another", new Principal.User(6)),
                        bound("admin", new Principal.User(7)),
                        bound("no-db", new Principal.User(7)),
                        bound("admin", new Principal.Certificate("CN", "boss"))),
                Mode.ENFORCE);
        var authorizer = new Authorizer(() -> given);
        Target token = Target.object("token:deploy");

        for (long uid : List.of(1L, 2L, 3L, 4L, 5L, 7L)) {
            assertThat(reason(authorizer.decide(user(uid), Operation.TOKEN_CREATE, token, Set.of())))
                    .as("user " + uid)
                    .isEqualTo(Reason.PRIVILEGE);
        }
        var boss = new Caller.Certificate("boss", List.of(), List.of(), "ff", Optional.empty());
        for (Caller caller : List.of(ROOT, user(6), boss)) {
            assertThat(authorizer.decide(caller, Operation.TOKEN_CREATE, token, Set.of()))
                    .isInstanceOf(Allowed.class);
        }
        assertThat(authorizer.decide(user(1), Operation.TOKEN_REVOKE, token, Set.of()))
                .isInstanceOf(Allowed.class);
    }

    /// It would outlive its own end by making another.
    @Test
    void noTokenMakesTokens() {
        var token = new Caller.Token("deploy", "1", "admin", Optional.empty());

        assertThat(reason(new Authorizer().decide(token, Operation.TOKEN_CREATE, Target.object("token:x"), Set.of())))
                .isEqualTo(Reason.PRIVILEGE);
        assertThat(new Authorizer().decide(token, Operation.TOKEN_LIST, Target.object("tokens"), Set.of()))
                .isInstanceOf(Allowed.class);
    }

    @Test
    void aDryRunMakesNoTokens() {
        AccessPolicy dry = AccessPolicy.of(Map.of(), List.of(), Mode.DRY_RUN);

        assertThat(reason(new Authorizer(() -> dry)
                        .decide(ALICE, Operation.TOKEN_CREATE, Target.object("token:x"), Set.of())))
                .isEqualTo(Reason.NO_BINDING);
    }

    @Test
    void mistakesAreToldWithTheirLine() {
        refused(roles("r", List.of(rule("container.strt", "", "", "", false))), 7, "did you mean container.start");
        refused(roles("r", List.of(rule("container.*x", "", "", "", false))), 7, "no operation");
        refused(roles("r", List.of(rule("", "", "", "", false))), 7, "at least one operation");
        refused(roles("r", List.of()), 1, "says nothing");
        refused(roles("admin", List.of(rule("*", "", "", "", false))), 1, "built in");
        refused(roles("a b", List.of(rule("*", "", "", "", false))), 1, "no name of a role");
        refused(roles("r", List.of(rule("*", "", "", "al", false))), 7, "no privilege");
        refused(roles("r", List.of(new Extends(new Word("viewr", 9)))), 9, "did you mean viewer");
        refused(
                roles("a", List.of(new Extends(new Word("b", 2))), "b", List.of(new Extends(new Word("a", 4)))),
                4,
                "in turn");
        assertThatThrownBy(
                        () -> AccessPolicy.of(Map.of(), List.of(bound("nobody", new Principal.User(1))), Mode.ENFORCE))
                .isInstanceOfSatisfying(
                        RolesException.class, wrong -> assertThat(wrong.line()).isEqualTo(20));
    }

    private static void refused(Map<Word, List<RoleLine>> roles, int line, String problem) {
        assertThatThrownBy(() -> AccessPolicy.of(roles, List.of(), Mode.ENFORCE))
                .hasMessageContaining(problem)
                .isInstanceOfSatisfying(
                        RolesException.class, wrong -> assertThat(wrong.line()).isEqualTo(line));
    }
}
