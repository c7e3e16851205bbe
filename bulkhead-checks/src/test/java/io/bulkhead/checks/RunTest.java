package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `docker run`: what goes in, what comes out, and with which exit code.
@WithDaemon
class RunTest {

    private final RunningDaemon daemon;

    RunTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 125, 255})
    void theExitCodeIsTheProcesss(int code) {
        assertThat(daemon.run(IMAGE, "sh", "-c", "exit " + code).exitCode()).isEqualTo(code);
    }

    @Test
    void aProcessThatASignalEndedIs128AndTheSignal() {
        // The first process of a container ignores signals it does not handle, so its child is killed.
        Ran ran = daemon.run(IMAGE, "sh", "-c", "sleep 100 & kill -9 $!; wait $!");

        assertThat(ran.exitCode()).isEqualTo(137);
    }

    @Test
    void standardOutputAndErrorStayApart() {
        Ran ran = daemon.run(IMAGE, "sh", "-c", "echo out; echo err >&2");

        assertThat(ran).isEqualTo(new Ran(0, "out\n", "err\n"));
    }

    @Test
    void aCommandThatIsNotThereIs127() {
        Ran ran = daemon.run(IMAGE, "nosuch");

        assertThat(ran.exitCode()).isEqualTo(127);
        assertThat(ran.err()).contains("exec: \"nosuch\": executable file not found in $PATH");
    }

    @Test
    void aCommandThatCannotBeRunIs126() {
        Ran ran = daemon.run(IMAGE, "/etc/passwd");

        assertThat(ran.exitCode()).isEqualTo(126);
        assertThat(ran.err()).contains("exec: \"/etc/passwd\": permission denied");
    }

    @Test
    void aContainerThatCouldNotBeginIsKeptWithItsErrorUnlessAskedOtherwise() {
        daemon.docker("run", "--name", "broken", IMAGE, "nosuch");

        assertThat(daemon.inspect("broken", "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}"))
                .startsWith("created 127 ")
                .contains("executable file not found in $PATH");
    }

    @Test
    void anImageThatIsNowhereIs125() {
        Ran ran = daemon.run("127.0.0.1:1/nosuch:1", "true");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).startsWith("Unable to find image '127.0.0.1:1/nosuch:1' locally");
    }

    @Test
    void anImageThatIsNotToBePulledIs125() {
        Ran ran = daemon.run("--pull=never", "nosuch:1", "true");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains("No such image: nosuch:1");
    }

    @Test
    void rmLeavesNothing() {
        daemon.run("--name", "gone", IMAGE, "true").orFail();

        Ran inspected = daemon.docker("inspect", "gone");
        assertThat(inspected.exitCode()).isEqualTo(1);
        assertThat(inspected.err()).contains("No such object: gone");
        assertThat(daemon.state().resolve("containers")).isEmptyDirectory();
    }

    @Test
    void detachedRunSaysTheIdAndReturnsAtOnce() {
        String id = daemon.said("run", "-d", IMAGE, "sleep", "100");

        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(daemon.inspect(id, "{{.State.Running}}")).isEqualTo("true");
    }

    @Test
    void standardInputArrivesAndEnds() {
        Ran ran = daemon.dockerCommand("run", "--rm", "-i", IMAGE, "sh", "-c", "cat; echo end")
                .reading("one\ntwo\n")
                .run();

        assertThat(ran).isEqualTo(new Ran(0, "one\ntwo\nend\n", ""));
    }

    @Test
    void aMegabyteGoesThroughUnchanged() {
        String megabyte = "0123456789abcde\n".repeat(65_536);

        Ran ran = daemon.dockerCommand("run", "--rm", "-i", IMAGE, "cat")
                .reading(megabyte)
                .run();

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).isEqualTo(megabyte);
    }

    @Test
    void withoutInputStandardInputIsAtItsEnd() {
        assertThat(daemon.run(IMAGE, "cat")).isEqualTo(new Ran(0, "", ""));
    }

    @Test
    void theEntrypointComesBeforeTheCommand() {
        Ran ran = daemon.run("--entrypoint", "/bin/echo", IMAGE, "a", "b c");

        assertThat(ran).isEqualTo(new Ran(0, "a b c\n", ""));
    }

    @Test
    void theImagesCommandIsRunWhenNoneIsGiven() {
        Ran ran = daemon.dockerCommand("run", "--rm", "-i", IMAGE)
                .reading("echo from a shell\n")
                .run();

        assertThat(ran).isEqualTo(new Ran(0, "from a shell\n", ""));
    }

    @Test
    void theEnvironmentIsTheGivenOneWithPathHomeAndHostname() {
        Ran ran = daemon.run("-e", "A=1", "-e", "B=with spaces", "-h", "me", IMAGE, "env");

        assertThat(ran.lines())
                .contains("A=1", "B=with spaces", "HOSTNAME=me", "HOME=/root")
                .anyMatch(line -> line.startsWith("PATH=/usr/local/sbin:"));
    }

    @Test
    void labelsAreKept() {
        String id = daemon.said("run", "-d", "-l", "a=b", "--label", "only", IMAGE, "true");

        assertThat(daemon.inspect(id, "{{json .Config.Labels}}")).isEqualTo("{\"a\":\"b\",\"only\":\"\"}");
    }

    @Test
    void theWorkingDirectoryIsMade() {
        Ran ran = daemon.run("-w", "/deep/er", IMAGE, "sh", "-c", "pwd; stat -c %u:%g .");

        assertThat(ran).isEqualTo(new Ran(0, "/deep/er\n0:0\n", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0         | uid=0(root) gid=0(root) groups=0(root)",
                "1000      | uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)",
                "app       | uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)",
                "app:daemon| uid=1000(app) gid=1(daemon) groups=1(daemon)",
                "7:8       | uid=7 gid=8 groups=8",
                "65535     | uid=65535 gid=0(root) groups=0(root)",
            })
    void usersAreLookedUpInTheImage(String user, String id) {
        assertThat(daemon.run("--user", user, IMAGE, "id").said()).isEqualTo(id);
    }

    @Test
    void groupsAreExactlyTheDeclaredOnes() {
        Ran ran = daemon.run("--user", "5:6", "--group-add", "77", "--group-add", "extra", IMAGE, "id", "-G");

        assertThat(ran.said().split(" ", -1)).containsExactlyInAnyOrder("6", "77", "2000");
    }

    /// CVE-2024-40635, CVE-2026-30892: an id that is no id was taken for 0.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4294967296",
                "4294967295",
                "2147483648",
                "65536",
                "-1",
                "0x0",
                "+1",
                " 1",
                "1:",
                ":1",
                "1:0x0",
                "99999999999999999999",
                "nosuch",
                "1:nosuch",
                "root:4294967296",
                "1:2:3"
            })
    void aUserThatCannotBeIsRefusedAndNothingRuns(String user) {
        Ran ran = daemon.run("--user", user, IMAGE, "id");

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("Error response from daemon: ");
    }

    @Test
    void theHostnameIsTheOneGivenOrTheShortId() {
        String id = daemon.said("run", "-d", IMAGE, "hostname");
        daemon.docker("wait", id);

        assertThat(daemon.run("--hostname", "deep.sea", IMAGE, "hostname").said())
                .isEqualTo("deep.sea");
        assertThat(daemon.said("logs", id)).isEqualTo(id.substring(0, 12));
    }

    @Test
    void initReapsOrphans() {
        Ran ran = daemon.run("--init", IMAGE, "sh", "-c", "(sleep 0.1 & ); sleep 0.6; ps -o pid,stat,args");

        assertThat(ran.out()).contains("docker-init").doesNotContain(" Z ");
    }

    @Test
    void aReadOnlyRootStaysAsItIs() {
        Ran ran = daemon.run("--read-only", "--tmpfs", "/w", IMAGE, "sh", "-c", "touch /w/x && echo w; touch /x");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("w\n");
        assertThat(ran.err()).isEqualTo("touch: /x: Read-only file system\n");
    }

    @Test
    void aTmpfsHasTheSizeItWasGiven() {
        Ran ran = daemon.run("--tmpfs", "/t:size=1m", IMAGE, "dd", "if=/dev/zero", "of=/t/f", "bs=1M", "count=2");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err()).contains("No space left on device");
    }
}
