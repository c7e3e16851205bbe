package io.bulkhead.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.access.AccessPolicy.Mode;
import io.bulkhead.access.Caller;
import io.bulkhead.access.RolesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolesFileTest {

    private static final String GOOD = """
            roles:
              restart-web:
                - operations: [container.start, container.stop]
                  containers: ["web-*"]
              app-creator:
                - extends: restart-web
                - operations: [container.create]
                  images: ["registry.example.com/app/*"]
                  owner: self
                - deny: [container.create]
                  privileges: ["host-path:/etc:ro"]
            bindings:
              - role: restart-web
                subjects: ["uid:1001", "group:root", "cert:CN=ci", "token:x"]
              - role: admin
                subjects: ["user:root"]
            """;

    @TempDir
    private Path directory;

    private Path write(String text) throws IOException {
        Path file = directory.resolve("roles.yaml");
        Path next = directory.resolve("next");
        Files.writeString(next, text);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Caller user(long uid, Long... groups) {
        return new Caller.UnixUser(uid, 99, List.of(groups), OptionalInt.empty(), OptionalLong.empty());
    }

    private static void needsRoot() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root: the file is root's");
    }

    @Test
    void bindsUsersAndGroupsByNameAndNumber() {
        var policy = RolesFile.parse(GOOD);

        assertThat(policy.rolesOf(user(1001))).containsExactly("restart-web");
        assertThat(policy.rolesOf(user(1, 0L))).containsExactly("restart-web");
        assertThat(policy.rolesOf(user(0))).containsExactly("admin");
        assertThat(policy.rolesOf(user(1))).isEmpty();
        assertThat(policy.mode()).isEqualTo(Mode.ENFORCE);
        assertThat(RolesFile.parse("mode: dry-run").mode()).isEqualTo(Mode.DRY_RUN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "1 | rules: {} | did you mean roles",
                "2 | roles:\\n  r: {} | a role is a list",
                "3 | roles:\\n  r:\\n    - operation: [container.start] | did you mean operations",
                "3 | roles:\\n  r:\\n    - containers: [a] | one of `operations`, `deny` and `extends`",
                "4 | roles:\\n  r:\\n    - operations: [container.start]\\n      containers: [] | is empty",
                "4 | roles:\\n  r:\\n    - operations: [container.start]\\n      privileged: true | no key `privileged`",
                "4 | roles:\\n  r:\\n    - operations: [container.start]\\n      containers: web | is a list, not a word",
                "4 | roles:\\n  r:\\n    - operations:\\n      - container.strat | did you mean container.start",
                "4 | roles:\\n  r:\\n    - operations: ['*']\\n      owner: alice | owner is `self`",
                "3 | roles:\\n  r: [{operations: ['*']}]\\n  r: [{operations: ['*']}] | there twice",
                "2 | bindings:\\n  - role: viewer | has a `role` and `subjects`",
                "3 | bindings:\\n  - role: viewer\\n    subjects: [alice] | begins with one of user:",
                "3 | bindings:\\n  - role: viewer\\n    subjects: ['uid:-1'] | it is no id",
                "3 | bindings:\\n  - role: viewer\\n    subjects: ['cert:ci'] | a certificate is named by",
                "2 | bindings:\\n  - role: viewr\\n    subjects: ['uid:1'] | did you mean viewer",
                "1 | mode: off | enforce or dry-run",
                "2 | roles:\\n  r: &a [{operations: ['*']}] | anchors",
                "2 | roles: {}\\n--- | second document",
                "2 | roles:\\n r: [ | while parsing",
                "2 | roles:\\n  r: | nothing here",
            })
    void aMistakeIsToldWithItsLine(int line, String text, String problem) {
        assertThatThrownBy(() -> RolesFile.parse(text.replace("\\n", "\n")))
                .hasMessageContaining(problem)
                .isInstanceOfSatisfying(
                        RolesException.class, wrong -> assertThat(wrong.line()).isEqualTo(line));
    }

    @Test
    void aChangeCountsAtOnceAndABrokenOneNever() throws IOException {
        needsRoot();
        RolesFile roles = RolesFile.open(directory.resolve("roles.yaml"));
        assertThat(roles.get().rolesOf(user(1001))).isEmpty();

        write(GOOD);
        assertThat(roles.get().rolesOf(user(1001))).containsExactly("restart-web");

        write(GOOD.replace("restart-web:", "restart-web: ["));
        assertThat(roles.get().rolesOf(user(1001))).containsExactly("restart-web");
        assertThat(roles.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("roles.yaml:"));

        write(GOOD.replace("uid:1001", "uid:1002"));
        assertThat(roles.get().rolesOf(user(1001))).isEmpty();
        assertThat(roles.problem()).isEmpty();

        // Without the file nobody but root has a role.
        Files.delete(roles.path());
        assertThat(roles.get().rolesOf(user(1002))).isEmpty();
        assertThat(roles.get().rolesOf(user(0))).containsExactly("admin");
    }

    @Test
    void aFileThatOthersMayWriteIsRefused() throws IOException {
        needsRoot();
        Path file = write(GOOD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));

        assertThatThrownBy(() -> RolesFile.open(file)).hasMessageContaining("chmod go-w");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setAttribute(file, "unix:uid", 1001);
        assertThatThrownBy(() -> RolesFile.open(file)).hasMessageContaining("chown root");
    }

    @Test
    void somebodyUnknownIsNobodyAndIsTold() throws IOException {
        needsRoot();
        Path file = write("bindings:\n  - role: viewer\n    subjects: [\"user:no-such-user\"]\n");

        RolesFile roles = RolesFile.open(file);

        assertThat(roles.warnings())
                .singleElement()
                .asString()
                .contains("line 3")
                .contains("no-such-user");
    }
}
