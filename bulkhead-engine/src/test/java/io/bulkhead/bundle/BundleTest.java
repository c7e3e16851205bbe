package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.bundle.MountedAt.View;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.kernel.Directory;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.StorageSpec.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bundles started by the real runtimes and looked at from inside.
class BundleTest {

    @TempDir
    Path temp;

    private Sandbox sandbox;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(Sandbox.usable(), "needs root and /bin/busybox (busybox-static)");
        sandbox = new Sandbox(temp);
    }

    @AfterEach
    void leaveTheHostAsItWas() throws Exception {
        if (sandbox != null) {
            sandbox.close();
        }
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(temp.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aPlainContainerIsHeldInOnEverySide(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        String before = Sandbox.fingerprint(sandbox.layer);

        var outcome = sandbox.run(
                new Specs()
                        .shell(
                                "cat /proc/self/status; cat /proc/self/uid_map; id; ls /proc/self/fd; "
                                        + "stat -c 'owner %u:%g %n' / /bin /bin/busybox /etc/hosts /dev /tmp; touch /etc/new /bin/x; "
                                        + "cat /proc/self/mountinfo; cat /etc/hosts; env; pwd; "
                                        + "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range"),
                runtime);

        assertThat(outcome.code()).as(outcome.errors()).isZero();
        assertThat(outcome.line("CapInh:")).endsWith("0000000000000000");
        assertThat(outcome.line("CapEff:")).endsWith("00000000800405fb");
        assertThat(outcome.line("CapBnd:")).endsWith("00000000800405fb");
        assertThat(outcome.line("CapAmb:")).endsWith("0000000000000000");
        assertThat(outcome.line("Seccomp:")).endsWith("2");
        assertThat(outcome.output()).containsPattern("\\n +0 +" + Sandbox.FIRST_ID + " +65536\\n");
        assertThat(Sandbox.fingerprint(sandbox.layer)).isEqualTo(before);
    }

    private static Mount.Bind bind(Path source, String target, boolean readOnly, String... options) {
        return new Mount.Bind(source.toString(), target, readOnly, List.of(options), false, "");
    }

    private static Mount.Volume volume(String name, String target) {
        return new Mount.Volume(name, target, false, false, true, "local", Map.of(), Map.of(), "", "");
    }

    private static IsolationSpec onHost() {
        IsolationSpec safe = IsolationSpec.safeDefault();
        return new IsolationSpec(
                new UsernsMode.Host(),
                safe.confinement(),
                safe.recording(),
                safe.label(),
                safe.capabilities(),
                List.of(),
                List.of(),
                List.of(),
                false,
                true,
                true,
                true,
                safe.pid(),
                safe.ipc(),
                safe.uts(),
                safe.cgroup(),
                List.of(),
                Map.of(),
                "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void noDescriptorOfTheHostReachesTheContainer(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);

        var outcome = sandbox.run(new Specs().running("/bin/ls", "/proc/self/fd"), runtime);

        // 3 is the directory that ls has open itself
        assertThat(outcome.output().lines()).as(outcome.errors()).containsExactly("0", "1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void whatTheContainerWritesBelongsToItsOwnIds(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        var spec = new Specs().shell("touch /etc/new; echo x >> /etc/passwd; stat -c '%u:%g' /etc/new /bin/busybox /");

        var outcome = sandbox.run(spec, runtime);

        assertThat(outcome.output().lines()).as(outcome.errors()).containsOnly("0:0");
        Path upper = sandbox.base.resolve("storage-" + spec.id().shortened()).resolve("upper");
        for (String name : new String[] {"", "etc", "etc/new", "etc/passwd"}) {
            assertThat(Files.getAttribute(upper.resolve(name), "unix:uid"))
                    .as(name)
                    .isEqualTo((int) Sandbox.FIRST_ID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void anotherUserHasNoCapabilityAndItsGroups(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        var specs = new Specs();
        specs.user = "alice";
        specs.workdir = "/work/here";
        specs.env = List.of("A=1", "PATH=/bin");

        var outcome = sandbox.run(specs.shell("grep Cap /proc/self/status; id; pwd; env"), runtime);

        assertThat(outcome.line("CapEff:")).endsWith("0000000000000000");
        assertThat(outcome.line("CapPrm:")).endsWith("0000000000000000");
        assertThat(outcome.line("CapInh:")).endsWith("0000000000000000");
        assertThat(outcome.line("CapBnd:")).endsWith("00000000800405fb");
        assertThat(outcome.line("uid="))
                .isEqualTo("uid=1000(alice) gid=1001(staff) groups=29(audio),44(video),1001(staff)");
        assertThat(outcome.output()).contains("/work/here\n", "HOME=/home/alice\n", "A=1\n", "PATH=/bin\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void bindsAndVolumesAreIdmappedAndCarryNoSetIdOrDevice(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        Path data = Files.createDirectory(temp.resolve("data"));
        Files.writeString(data.resolve("file"), "of the host");
        Path fixed = Files.writeString(temp.resolve("fixed"), "fixed");
        Path volume = Files.createDirectory(temp.resolve("volume"));
        sandbox.volumes.put("v", volume);
        Files.createDirectories(sandbox.layer.resolve("srv/v/sub"));
        Files.setAttribute(sandbox.layer.resolve("srv/v/sub"), "unix:uid", 1000);
        var specs = new Specs();
        specs.mounts = List.of(
                bind(data, "/data", false),
                bind(fixed, "/fixed", true),
                volume("v", "/srv/v"),
                bind(fixed, "/srv/v/new/name", true));

        var outcome = sandbox.run(
                specs.shell("stat -c 's %u:%g %n' /data /data/file /srv/v/sub; touch /data/mine /srv/v/mine;"
                        + "cat /srv/v/new/name; echo no > /fixed; cat /proc/self/mountinfo"),
                runtime);

        assertThat(outcome.output())
                .as(outcome.errors())
                .contains("s 0:0 /data\n", "s 0:0 /data/file\n", "s 1000:0 /srv/v/sub\n");
        assertThat(outcome.errors()).contains("Read-only file system");
        for (String target : new String[] {" /data ", " /srv/v ", " /fixed "}) {
            assertThat(outcome.output().lines().filter(line -> line.contains(target)))
                    .singleElement()
                    .asString()
                    .contains("nosuid,nodev");
        }
        assertThat(Files.getAttribute(data.resolve("mine"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(volume.resolve("mine"), "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(volume.resolve("sub"), "unix:uid")).isEqualTo(1000);
        assertThat(volume.resolve("new/name")).isRegularFile();
        assertThat(Files.readString(fixed)).isEqualTo("fixed");
        assertThat(outcome.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void mountsBelowWhatTheRuntimeMountsComeAfterIt(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        Path data = Files.createDirectory(temp.resolve("data"));
        Files.writeString(data.resolve("file"), "seen");
        var specs = new Specs();
        specs.mounts = List.of(
                new Mount.Tmpfs("/scratch", List.of("size=1m", "exec"), true),
                bind(data, "/scratch/data", true),
                bind(data.resolve("file"), "/dev/name", false));

        var outcome = sandbox.run(
                specs.shell("cat /scratch/data/file /dev/name; touch /scratch/x && stat -c ' %u %a' /scratch; "
                        + "touch /scratch/data/no; cat /proc/self/mountinfo"),
                runtime);

        assertThat(outcome.output()).as(outcome.errors()).startsWith("seenseen 0 1777\n");
        assertThat(outcome.errors()).contains("Read-only file system");
        assertThat(outcome.output().lines().filter(line -> line.contains(" /scratch/data ")))
                .singleElement()
                .asString()
                .contains("ro,nosuid,nodev");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aTreeOfTheHostItselfIsShownAsNobodysWithAWarning(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        var specs = new Specs();
        specs.mounts = List.of(bind(Path.of("/etc"), "/host", true));

        var outcome = sandbox.run(specs.shell("stat -c '%u' /host/passwd; cat /host/shadow"), runtime);

        assertThat(outcome.output()).as(outcome.errors()).isEqualTo("65534\n");
        assertThat(outcome.errors()).contains("Permission denied");
        assertThat(outcome.warnings())
                .singleElement()
                .asString()
                .contains("/etc")
                .contains("nobody's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void theHostsNetworkComesWithAReadOnlySys(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        var specs = new Specs();
        specs.network = NetworkSpec.of(new NetworkSpec.Mode.Host());
        BundleRequest own = sandbox.request(specs.shell("cat /proc/self/mountinfo; touch /sys/x"), runtime);
        var request = new BundleRequest(
                own.spec(),
                own.directory(),
                own.storage(),
                own.layers(),
                own.userNamespace(),
                own.idMaps(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Map.of(),
                own.ownership(),
                own.cgroupPath(),
                own.runtime());

        var outcome = sandbox.run(request, runtime);

        assertThat(outcome.output().lines().filter(line -> line.contains(" / /sys ")))
                .as(outcome.errors())
                .isNotEmpty()
                .allMatch(line -> line.contains(" ro,nosuid,nodev,noexec"));
        assertThat(outcome.errors()).contains("Read-only file system");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void theHostsIdsAndAReadOnlyRootCanBeAskedFor(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        var specs = new Specs();
        specs.isolation = onHost();
        specs.network = NetworkSpec.of(new NetworkSpec.Mode.Host());
        specs.init = true;
        specs.hostname = "named";
        String before = Sandbox.fingerprint(sandbox.layer);

        // busybox as init would run `--` as an applet: only the arguments are looked at
        try (Bundle bundle = Bundle.prepare(sandbox.requestOnHost(specs.running("/bin/true"), runtime))) {
            assertThat(Files.readString(bundle.directory().resolve("config.json")))
                    .contains("[\"/sbin/docker-init\",\"--\",\"/bin/true\"]");
            assertThat(bundle.rootfs().resolve("sbin/docker-init")).isExecutable();
        }
        specs.init = false;
        var outcome = sandbox.run(
                sandbox.requestOnHost(
                        specs.shell("cat /proc/self/uid_map /proc/self/status /etc/hostname; touch /x"), runtime),
                runtime);

        assertThat(outcome.output()).as(outcome.errors()).contains("4294967295", "named\n");
        assertThat(outcome.line("NoNewPrivs:")).endsWith("1");
        assertThat(outcome.errors()).contains("Read-only file system");
        assertThat(Sandbox.fingerprint(sandbox.layer)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void aFurtherProcessIsHeldInLikeTheFirst(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        BundleRequest request = sandbox.request(new Specs().shell("read line; exit 0"), runtime);
        String id = request.spec().id().value();
        try (Bundle bundle = Bundle.prepare(request)) {
            Process first =
                    sandbox.command(runtime, "run", "-b", bundle.directory().toString(), id);
            try {
                int pid = sandbox.waitForPid(runtime, id);
                Path process = temp.resolve("process.json");
                try (Directory root = Directory.ofProcessRoot(pid)) {
                    var program = new ExecProgram(
                            List.of("/bin/sh", "-c", "grep -E 'Cap|Seccomp:' /proc/self/status; id; env"),
                            List.of("B=2"),
                            Optional.of(io.bulkhead.spec.UserSpec.parse("alice:29")),
                            Optional.of("/tmp"),
                            false);
                    Files.writeString(process, Bundle.processSpec(request.spec(), request.idMaps(), root, program));
                    refuseProcAsWorkdir(request, root);
                }
                Process exec = sandbox.command(runtime, "exec", "--process", process.toString(), id);
                exec.getOutputStream().close();
                String output = new String(exec.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                String errors = new String(exec.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(output)
                        .as(errors)
                        .contains("CapInh:\t0000000000000000", "CapEff:\t0000000000000000", "Seccomp:\t2")
                        .contains("uid=1000(alice) gid=29(audio) groups=29(audio)", "B=2\n");
            } finally {
                first.getOutputStream().close();
                first.waitFor();
                sandbox.command(runtime, "delete", "--force", id).waitFor();
            }
        } finally {
            Sandbox.removeCgroups(request.cgroupPath());
        }
    }

    private static void refuseProcAsWorkdir(BundleRequest request, Directory root) {
        for (String workdir : new String[] {"/proc/self/fd/7", "/proc/self/cwd", "/proc/1", "/proc"}) {
            var program =
                    new ExecProgram(List.of("/bin/true"), List.of(), Optional.empty(), Optional.of(workdir), false);

            assertThatThrownBy(() -> Bundle.processSpec(request.spec(), request.idMaps(), root, program))
                    .as(workdir)
                    .isInstanceOfSatisfying(
                            BundleException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.BAD_TARGET));
        }
    }

    @Test
    void withoutIdmappedMountsTheImageIsCopiedAndSaysSo() throws Exception {
        assumeTrue(Sandbox.has("crun"), "needs crun");
        Files.createLink(sandbox.layer.resolve("tmp/second"), sandbox.layer.resolve("etc/passwd"));
        Files.setAttribute(sandbox.layer.resolve("etc/group"), "unix:uid", 1000);
        String before = Sandbox.fingerprint(sandbox.layer);
        BundleRequest request = sandbox.withoutIdmap(
                sandbox.request(new Specs().shell("stat -c '%u %h' /etc/passwd /etc/group"), "crun"));

        var outcome = sandbox.run(request, "crun");

        assertThat(outcome.output()).as(outcome.errors()).isEqualTo("0 2\n1000 1\n");
        assertThat(outcome.warnings()).singleElement().asString().contains("copied");
        assertThat(Sandbox.fingerprint(sandbox.layer)).isEqualTo(before);
    }

    @Test
    void aStoppedContainersTreeIsMountedForCopying() throws Exception {
        Path volume = Files.createDirectory(temp.resolve("volume"));
        Files.writeString(volume.resolve("file"), "in the volume");
        sandbox.volumes.put("v", volume);
        var specs = new Specs();
        specs.mounts = List.of(volume("v", "/v"));

        try (Bundle bundle = Bundle.mountRootfs(sandbox.request(specs.running("/bin/true"), "crun"))) {
            assertThat(bundle.rootfs().resolve("v/file")).hasContent("in the volume");
            assertThat(bundle.rootfs().resolve("bin/busybox")).exists();
            assertThat(bundle.directory().resolve("config.json")).doesNotExist();
            assertThat(bundle.mounts()).singleElement().satisfies(mount -> {
                assertThat(mount.destination()).isEqualTo("/v");
                assertThat(mount.view()).isEqualTo(View.IDMAPPED);
            });
        }
    }

    @Test
    void closingLeavesNoMountPoint() throws Exception {
        BundleRequest request = sandbox.request(new Specs().running("/bin/true"), "crun");

        Bundle.prepare(request).close();

        try (var left = Files.list(request.directory())) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("config.json");
        }
        assertThat(Files.getPosixFilePermissions(request.directory().resolve("config.json")))
                .hasSize(2);
    }

    /// A daemon killed between preparing and closing leaves its mounts where it is started again in their namespace.
    @Test
    void aStartThatWasCutOffIsMadeAnew() throws Exception {
        BundleRequest request = sandbox.request(new Specs().running("/bin/true"), "crun");
        Bundle lost = Bundle.prepare(request);
        assertThat(lost.rootfs().resolve("bin/busybox")).exists();

        Bundle.prepare(request).close();

        try (var left = Files.list(request.directory())) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("config.json");
        }
    }

    @Test
    void theConfigurationHasNoAnnotationsAndAFilterUnlessUnconfined() throws Exception {
        BundleRequest request = sandbox.request(new Specs().running("/bin/true"), "crun");
        Bundle.prepare(request).close();
        String config = Files.readString(request.directory().resolve("config.json"));

        assertThat(config)
                .doesNotContain("annotations", "oomScoreAdj")
                .contains("SECCOMP_FILTER_FLAG_LOG", "SCMP_ARCH_X86_64", "\"pids\":{\"limit\":4096}");
        assertThat(OciSeccomp.json(new Confinement.Unconfined(), java.util.Set.of(), List.of(), false))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void devicesAndLimitsArriveInTheContainer(String runtime) throws Exception {
        assumeTrue(Sandbox.has(runtime), "needs " + runtime);
        var specs = new Specs();
        specs.isolation = Specs.withDevice(new IsolationSpec.DeviceSpec("/dev/zero", "/dev/nothing", "r"));
        specs.resources = Specs.limited(64L << 20, 500_000_000L, 50);
        BundleRequest request = sandbox.request(specs.shell("stat -c '%t:%T' /dev/nothing; ulimit -n"), runtime);

        var outcome = sandbox.run(request, runtime);

        assertThat(outcome.output()).as(outcome.errors()).startsWith("1:5\n512\n");
        assertThat(Files.readString(request.directory().resolve("config.json")))
                .contains("\"quota\":50000", "\"limit\":67108864", "\"pids\":{\"limit\":50}");
    }

    /// No assertion on time: the figure is for whoever reads the log.
    @Test
    void preparingManyTimesLeavesNothingOpen() throws Exception {
        var specs = new Specs();
        long descriptors = openDescriptors();
        int times = 50;
        long preparing = 0;
        long closing = 0;

        for (int i = 0; i < times; i++) {
            BundleRequest request = sandbox.request(specs.running("/bin/true"), "crun");
            long began = System.nanoTime();
            Bundle bundle = Bundle.prepare(request);
            long prepared = System.nanoTime();
            bundle.close();
            preparing += prepared - began;
            closing += System.nanoTime() - prepared;
            sandbox.closeNamespaces();
        }

        System.out.printf("prepare %.2f ms, close %.2f ms%n", preparing / 1e6 / times, closing / 1e6 / times);
        assertThat(openDescriptors()).isLessThan(descriptors + 5);
    }

    private static long openDescriptors() throws java.io.IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
