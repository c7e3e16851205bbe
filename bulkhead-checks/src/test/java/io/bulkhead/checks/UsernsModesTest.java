package io.bulkhead.checks;

import static io.bulkhead.checks.RunningDaemon.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers with every kind of map, from the host and from inside.
@WithDaemon
class UsernsModesTest {

    private static final String ELEVEN = "00000000800405fb";
    private static final int NET_BIND_SERVICE = 10;

    private final RunningDaemon daemon;

    UsernsModesTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    @AfterEach
    void nothingStays() {
        daemon.removeContainers();
        daemon.said("volume", "prune", "-a", "-f");
    }

    private static String[] with(String mode, String... more) {
        return Stream.concat(Stream.of("--security-opt", "userns=" + mode), Stream.of(more))
                .toArray(String[]::new);
    }

    private String started(String name, String mode, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", name));
        command.addAll(List.of(with(mode, options)));
        command.addAll(List.of(IMAGE, "sleep", "1000"));
        daemon.said(command.toArray(String[]::new));
        return daemon.inspect(name, "{{.State.Pid}}");
    }

    private static List<String> map(String pid, String file) throws IOException {
        return Command.text(Path.of("/proc", pid, file))
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "identity | 0 0 4294967295 | 0 0 4294967295",
                "shift:2 | 0 2 1;1 1 1;3 3 4294967292 | 0 2 1;1 1 1;3 3 4294967292",
                "single:1234:4321 | 0 1234 1 | 0 4321 1",
                "map:0:60000:1001 | 0 60000 1001 | 0 60000 1001",
                "map:u0:60000:1001,g0:70000:2001 | 0 60000 1001 | 0 70000 2001",
                "map:0:60000:1,1:100000:65535 | 0 60000 1;1 100000 65535 | 0 60000 1;1 100000 65535",
                "map:alice:100000:65536 | 0 100000 65536 | 0 100000 65536",
            })
    void theKernelHasTheMapThatWasWritten(String mode, String users, String groups) throws IOException {
        String pid = started("one", mode);

        assertThat(map(pid, "uid_map")).containsExactly(users.split(";"));
        assertThat(map(pid, "gid_map")).containsExactly(groups.split(";"));
        assertThat(daemon.inspect("one", "{{.Bulkhead.UsernsMode}}")).isEqualTo(mode.replace("alice", "0"));
    }

    /// Whatever the map, the same things work inside.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto",
                "auto:size=2001",
                "identity",
                "shift:2",
                "single",
                "single:1234",
                "map:0:60000:2001",
                "host"
            })
    void aContainerOfEachModeIsAWholeOne(String mode) {
        String pid = started("whole", mode, "--tmpfs", "/scratch", "-v", "whole:/kept", "--network", "none");

        String said = daemon.said(
                "exec",
                "whole",
                "sh",
                "-c",
                "id -u; grep CapEff /proc/self/status | cut -f2; touch /new /scratch/new /kept/new /tmp/new;"
                        + " stat -c %u /new /scratch/new /kept/new /etc/passwd; ls /sys | wc -l | grep -qv '^0$' && echo sys;"
                        + " echo x > /dev/null && echo null; stty size < /dev/pts/ptmx > /dev/null 2>&1; hostname > /dev/full;"
                        + " sed -n 's/.*sysctl.*//p' /dev/null; cat /proc/sys/net/ipv4/ip_unprivileged_port_start");

        assertThat(said.lines()).containsExactly("0", ELEVEN, "0", "0", "0", "0", "sys", "null", "0");
        assertThat(daemon.said("exec", "whole", "cat", "/etc/hostname")).isNotEmpty();
        daemon.said("restart", "-t", "0", "whole");
        assertThat(daemon.said("exec", "whole", "stat", "-c", "%u", "/new", "/kept/new")
                        .lines())
                .containsExactly("0", "0");
        assertThat(pid).isNotEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "map:0:60000:2001"})
    void anOrdinaryUserIsOneAndHasItsGroups(String mode) {
        Ran ran = daemon.run(with(
                mode,
                "--user",
                "app",
                IMAGE,
                "sh",
                "-c",
                "id; stat -L -c %u /proc/self; grep CapEff /proc/self/status"));

        assertThat(ran.lines().getFirst()).isEqualTo("uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)");
        assertThat(ran.lines().get(1)).isEqualTo("1000");
        assertThat(ran.lines().getLast()).endsWith("0000000000000000");
    }

    /// There is no other id to be, but root's powers are not for an image's ordinary user.
    @Test
    void anOrdinaryUserOfAContainerOfOneIdHasNoPowersOfRoot() {
        Ran ran = daemon.run(with(
                "single",
                "--user",
                "app:extra",
                IMAGE,
                "sh",
                "-c",
                "id -u; grep -E 'Cap(Eff|Prm|Bnd)' /proc/self/status"));

        assertThat(ran.lines().getFirst()).isEqualTo("0");
        assertThat(ran.lines().subList(1, 4)).allMatch(line -> line.endsWith("0000000000000000"));
    }

    @Test
    void aContainerOfOneIdHasAllFilesOfItsImage() {
        Ran ran = daemon.run(with(
                "single", IMAGE, "sh", "-c", "chown 0 /tmp && find / -xdev -type f ! -user 0 | head -3; echo end"));

        assertThat(ran.lines()).containsExactly("end");
    }

    @Test
    void containersOfOneCallerHaveTheSameSingleIdAndNoOtherModeGetsIt() throws IOException {
        List<String> one = map(started("one", "single"), "uid_map");
        List<String> two = map(started("two", "single"), "uid_map");
        String own = map(started("own", "auto"), "uid_map").getFirst();

        assertThat(two).isEqualTo(one);
        long id = Long.parseLong(one.getFirst().split(" ", -1)[1]);
        long first = Long.parseLong(own.split(" ", -1)[1]);
        assertThat(id < first || id >= first + 65_536).isTrue();
    }

    @Test
    void anIdOutsideTheMapIsNobodyAndCannotBeUsed() {
        String mode = "map:0:60000:2001";

        assertThat(daemon.run(with(mode, "--user", "1000", IMAGE, "id", "-u")).lines())
                .containsExactly("1000");
        assertThat(daemon.run(with(mode, IMAGE, "chown", "2001", "/tmp")).exitCode())
                .isNotZero();
        Ran refused = daemon.run(with(mode, "--user", "2001", IMAGE, "true"));
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.err()).contains("user namespace: uid 2001 is outside the container's 2001 ids");
    }

    @Test
    void shiftedRootIsTheGivenIdAndHostRootIsNobody() throws IOException {
        String pid = started("shifted", "shift:2");

        assertThat(Command.text(Path.of("/proc", pid, "status"))).contains("Uid:\t2\t2\t2\t2");
        assertThat(daemon.said("exec", "shifted", "stat", "-c", "%u", "/proc/1").strip())
                .isEqualTo("0");
        assertThat(daemon.said("exec", "shifted", "stat", "-c", "%u", "/proc/sys/kernel"))
                .isEqualTo("65534");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep-id | there is no such mode; there are auto",
                "shift:0 | which is `identity`",
                "single:0 | uid 0 is outside",
                "map:0:100:10,5:300:1 | two lines reach container id 5",
                "map:0:100:10,50:105:1 | two lines reach host id 105",
                "auto:size=0 | outside 1..",
            })
    void aMapThatCannotBeIsRefusedWhenTheContainerIsMade(String mode, String why) {
        Ran ran = daemon.run(with(mode, IMAGE, "true"));

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains("user namespace: ", why);
        assertThat(daemon.said("ps", "-aq")).isEmpty();
    }

    @Test
    void idsThatAreAnothersOwnCannotBeMapped() throws IOException {
        String first = map(started("owner", "auto"), "uid_map").getFirst().split(" ", -1)[1];

        Ran ran = daemon.run(with("map:0:" + first + ":10", IMAGE, "true"));

        assertThat(ran.exitCode()).isEqualTo(125);
        assertThat(ran.err()).contains("are another container's own", "bulkhead userns ls");
    }

    @Test
    void whoJoinsAnothersNamespacesLivesInItsUserNamespace() throws IOException {
        String one = started("one", "map:0:60000:2001");
        var command = List.of("run", "-d", "--name", "two", "--network", "container:one", IMAGE, "sleep", "1000");
        daemon.said(command.toArray(String[]::new));
        String two = daemon.inspect("two", "{{.State.Pid}}");

        assertThat(map(two, "uid_map")).containsExactly("0 60000 2001");
        assertThat(Files.readSymbolicLink(Path.of("/proc", two, "ns/user")))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc", one, "ns/user")));
    }

    @Test
    void twoContainersWithDifferentMapsSeeTheSameOwnersInAVolume() {
        String write = "echo x > /v/of-root; touch /v/of-app; chown 1000:2000 /v/of-app";
        daemon.run("-v", "both:/v", IMAGE, "sh", "-c", write).orFail();

        for (String mode : List.of("auto", "identity", "shift:2", "map:0:60000:2001")) {
            Ran ran = daemon.run(with(mode, "-v", "both:/v", IMAGE, "stat", "-c", "%u:%g", "/v/of-root", "/v/of-app"));

            assertThat(ran.lines()).as(mode).containsExactly("0:0", "1000:2000");
        }
    }

    @Test
    void modesThatGiveIdsOfTheHostArePrivilegesAndTheOthersAreNot() {
        started("plain", "auto");
        started("single", "single");
        started("identical", "identity");
        started("mapped", "map:u0:60000:10,g0:70000:5");

        assertThat(daemon.inspect("plain", "{{.Bulkhead.Privileges}}")).isEqualTo("[]");
        assertThat(daemon.inspect("single", "{{.Bulkhead.Privileges}}")).isEqualTo("[]");
        assertThat(daemon.inspect("identical", "{{.Bulkhead.Privileges}}")).isEqualTo("[host-ids:0-4294967294]");
        assertThat(daemon.inspect("mapped", "{{.Bulkhead.Privileges}}"))
                .isEqualTo("[host-ids:60000-60009 host-ids:70000-70004]");
    }

    @Test
    void everyIdIsFoundOnBothSides() throws IOException {
        long first = Long.parseLong(
                map(started("found", "auto"), "uid_map").getFirst().split(" ", -1)[1]);

        assertThat(own("userns", "ls")).contains("found", "0-65535 are " + first + "-" + (first + 65_535), "the same");
        assertThat(own("userns", "explain", Long.toString(first + 1000)))
                .isEqualTo("uid " + (first + 1000) + " of the host is 1000 (app) in found (running, --userns=auto)\n");
        assertThat(own("userns", "explain", "--gid", Long.toString(first + 2000)))
                .contains("is 2000 (extra) in found");
        assertThat(own("userns", "explain", "found:app"))
                .contains("uid 1000, gid 1000 in found are uid " + (first + 1000));
        assertThat(own("userns", "explain", "found")).contains("uid 0, gid 0 in found are uid " + first);
        assertThat(own("userns", "explain", "99")).isEqualTo("uid 99 of the host is nobody in any container\n");
    }

    /// T-NAME-2: the names are in the container's hands.
    @ParameterizedTest
    @ValueSource(strings = {"\\033[31mroot", "0 (root) in other", "root\\tnobody"})
    void aNameThatIsNoneIsNotTold(String name) throws IOException {
        String first = map(started("liar", "auto"), "uid_map").getFirst().split(" ", -1)[1];
        daemon.said("exec", "liar", "sh", "-c", "printf '" + name + ":x:0:0::/:/bin/sh\\n' > /etc/passwd");

        assertThat(own("userns", "explain", first))
                .isEqualTo("uid " + first + " of the host is 0 in liar (running, --userns=auto)\n");
    }

    /// Binding a low port takes NET_BIND_SERVICE, which an ordinary user has only by the file of a program.
    @ParameterizedTest
    @ValueSource(strings = {"auto", "auto:size=2001", "identity", "shift:2", "map:0:60000:2001", "host"})
    void aFileCapabilityOfTheImageCountsInTheContainer(String mode) throws IOException {
        Path tar = daemon.home().resolve("capable.tar");
        SmallRoot.write(tar, root -> root.capable("bin/low", NET_BIND_SERVICE));
        daemon.docker("import", tar.toString(), "capable:1").orFail();
        String listen = "timeout 1 nc -l -p 80; echo $?; ln -s /bin/low /tmp/nc; timeout 1 /tmp/nc -l -p 80; echo $?";

        Ran ran = daemon.run(with(
                mode,
                "--user",
                "1000:1000",
                "--tmpfs",
                "/tmp",
                "--sysctl",
                "net.ipv4.ip_unprivileged_port_start=1024",
                "capable:1",
                "sh",
                "-c",
                listen));

        daemon.said("rmi", "capable:1");
        assertThat(ran.lines()).as(ran.err()).containsExactly("1", "143");
        assertThat(ran.err()).contains("Permission denied");
    }

    /// On the default bridge: root sets its own network up, whatever its ids are on the host.
    @ParameterizedTest
    @ValueSource(strings = {"auto", "identity", "shift:2", "single", "map:0:60000:2001"})
    void theNetworkBelongsToTheContainersUserNamespace(String mode) {
        String set =
                "ip addr add 10.9.8.7/32 dev lo && ip -o addr show lo | grep -c 10.9.8.7; timeout 1 nc -l -p 1; echo $?";

        Ran ran = daemon.run(with(mode, "--cap-add", "NET_ADMIN", IMAGE, "sh", "-c", set));

        assertThat(ran.lines()).as(ran.err()).containsExactly("1", "143");
    }

    /// The small image's highest id is the group 2000.
    @Test
    void aContainerCanHaveAsManyIdsAsItsImageNeeds() throws IOException {
        assertThat(map(started("fitted", "auto:size=image"), "uid_map").getFirst())
                .endsWith(" 2001");
        assertThat(daemon.inspect("fitted", "{{.Bulkhead.UsernsMode}}")).isEqualTo("auto:size=2001");
        assertThat(daemon.said("exec", "-u", "app", "fitted", "id")).contains("2000(extra)");
    }

    @Test
    void filesOfAnImageThatAContainerCannotOwnAreToldOfWhenItIsMade() throws IOException {
        Path tar = daemon.home().resolve("high.tar");
        SmallRoot.write(tar, root -> {
            root.owned("of-high", 200_000, 0);
            root.owned("of-group", 1000, 70_000);
        });
        daemon.docker("import", tar.toString(), "high:1").orFail();

        Ran plain = daemon.docker("create", "--name", "plain", "high:1", "true");
        Ran fitted = daemon.run(with("auto:size=image", "high:1", "stat", "-c", "%u:%g", "/of-high", "/of-group"));
        Ran single = daemon.run(with("single", "high:1", "stat", "-c", "%u:%g", "/of-high"));

        String warning = daemon.inspect("plain", "{{index .Bulkhead.Warnings 0}}");
        daemon.removeContainers();
        daemon.said("rmi", "high:1");
        assertThat(plain.err())
                .startsWith(
                        "WARNING: user namespace: 2 files of the image have owners up to 200000, which are not among "
                                + "the container's 65536 ids")
                .contains("--userns=auto:size=image");
        assertThat(warning).startsWith("user namespace: 2 files of the image");
        assertThat(fitted.lines()).containsExactly("200000:0", "1000:70000");
        assertThat(fitted.err()).isEmpty();
        assertThat(single.lines()).containsExactly("0:0");
        assertThat(single.err()).isEmpty();
    }

    @Test
    void whatACapabilityGivesIsToldAsItIs() {
        started("plain", "auto", "--cap-add", "NET_ADMIN", "--cap-add", "SYS_TIME");
        started("net", "auto", "--cap-add", "NET_ADMIN", "--network", "host");
        started("same", "identity");

        String reach = "{{.Bulkhead.CapabilityReach.";
        assertThat(daemon.inspect("plain", reach + "NET_ADMIN}} " + reach + "SYS_TIME}} " + reach + "CHOWN}}"))
                .isEqualTo("container nothing container");
        assertThat(daemon.inspect("net", reach + "NET_ADMIN}}")).isEqualTo("nothing");
        assertThat(daemon.inspect("same", reach + "DAC_OVERRIDE}}")).isEqualTo("host-files");
        assertThat(own("posture", "plain").lines())
                .anyMatch(line -> line.startsWith("reach nothing:") && line.endsWith(" SYS_TIME"));
        assertThat(own("posture", "net").lines())
                .anyMatch(line -> line.startsWith("reach nothing:") && line.contains("NET_BIND_SERVICE"));
        daemon.said("exec", "plain", "ip", "link", "set", "lo", "mtu", "1400");
        assertThat(daemon.docker("exec", "net", "ip", "link", "set", "lo", "mtu", "1400")
                        .exitCode())
                .isNotZero();
        // Its exit code is 0 all the same.
        assertThat(daemon.docker("exec", "plain", "date", "-s", "2020-01-01").err())
                .contains("can't set date: Operation not permitted");
    }

    private String own(String... words) {
        return daemon.bulkheadCommand(words).run().orFail().out();
    }
}
