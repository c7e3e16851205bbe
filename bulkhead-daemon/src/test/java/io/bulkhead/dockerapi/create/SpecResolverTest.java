package io.bulkhead.dockerapi.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Privilege;
import io.bulkhead.capability.Capability;
import io.bulkhead.container.EngineException;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.IsolationSpec;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.LogSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.Resources;
import io.bulkhead.spec.RestartPolicy;
import io.bulkhead.spec.Signal;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.UserSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecResolverTest {

    private final Fixtures fixtures = new Fixtures();

    @Test
    void aPlainRunAsksForNoPrivilegeAndGetsTheSafeDefault() throws IOException {
        ContainerSpec spec = fixtures.resolve(Fixtures.captured("plain"));

        assertThat(Privileges.of(spec)).isEmpty();
        assertThat(spec.isolation()).isEqualTo(IsolationSpec.safeDefault());
        assertThat(spec.resources()).isEqualTo(Resources.defaults());
        assertThat(spec.storage()).isEqualTo(StorageSpec.none());
        assertThat(spec.network()).isEqualTo(NetworkSpec.of(new NetworkSpec.Mode.Bridge("bridge")));
        assertThat(spec.restart()).isEqualTo(RestartPolicy.NEVER);
        assertThat(spec.log()).isEqualTo(LogSpec.defaults());
        assertThat(spec.process().args()).containsExactly("sh");
        assertThat(spec.process().env()).containsExactly("PATH=/bin");
        assertThat(spec.process().workdir()).isEqualTo("/");
        assertThat(spec.process().user()).isEqualTo(UserSpec.parse(""));
        assertThat(spec.stop().signal()).isEqualTo(Signal.TERM);
        assertThat(spec.stop().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(spec.imageName()).isEqualTo("busybox");
        assertThat(spec.imageId()).isEqualTo(Fixtures.IMAGE_ID);
        assertThat(spec.health()).isEmpty();
        assertThat(SpecWarnings.of(spec)).isEmpty();
    }

    @Test
    void anEmptyRequestIsAsSafeAsThatOfTheClient() throws IOException {
        ContainerSpec client = fixtures.resolve(Fixtures.captured("plain"));

        ContainerSpec empty = fixtures.resolve("{\"Image\":\"busybox\",\"AttachStdout\":true,\"AttachStderr\":true}");

        assertThat(empty).isEqualTo(client);
    }

    @Test
    void everythingLooseInOneRequestIsNamedAsAPrivilege() throws IOException {
        ContainerSpec spec = fixtures.resolve(Fixtures.captured("security"));

        assertThat(Privileges.of(spec))
                .map(Privilege::spelling)
                .containsExactlyInAnyOrder(
                        "added-capability:NET_ADMIN",
                        "added-capability:SYS_TIME",
                        "host-namespace:user",
                        "host-namespace:pid",
                        "host-namespace:uts",
                        "host-namespace:cgroup",
                        "seccomp-unconfined",
                        "label-disabled",
                        "unmasked-paths",
                        "device:/dev/null:rw",
                        "sysctl:net.ipv4.ip_forward",
                        "cgroup-parent:/x");
        assertThat(spec.isolation().noNewPrivileges()).isTrue();
        assertThat(spec.isolation().readOnlyRootfs()).isTrue();
        assertThat(spec.isolation().capabilities())
                .containsExactlyInAnyOrder(Capability.NET_ADMIN, Capability.SYS_TIME);
    }

    @Test
    void aCanaryIsAsMuchAsNoFilter() {
        ContainerSpec spec =
                fixtures.resolve("{\"Image\":\"busybox\",\"HostConfig\":{\"SecurityOpt\":[\"seccomp:canary=on\"]}}");

        assertThat(Privileges.of(spec)).map(Privilege::spelling).containsExactly("seccomp-unconfined");
        assertThat(SpecWarnings.of(spec)).singleElement().asString().startsWith("seccomp:canary refuses no");
    }

    /// Not 404, with which the client would pull the image.
    @Test
    void aContainerToShareWithThatIsNotThereIsAConflict() {
        for (String mode : List.of("PidMode", "IpcMode", "NetworkMode")) {
            assertThatThrownBy(() -> fixtures.resolve("{\"HostConfig\":{\"" + mode + "\":\"container:nosuch\"}}"))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(EngineException.Reason.CONFLICT))
                    .hasMessage("No such container: nosuch");
        }
    }

    @Test
    void privilegedKeepsTheFilterTheUserNamespaceAndSaysSo() throws IOException {
        ContainerSpec spec = fixtures.resolve(Fixtures.captured("privileged"));

        assertThat(spec.isolation().capabilities()).containsExactlyInAnyOrder(Capability.values());
        assertThat(spec.isolation().maskedPaths()).isFalse();
        assertThat(spec.isolation().confinement()).isEqualTo(Confinement.defaultConfinement());
        assertThat(spec.isolation().userns())
                .isEqualTo(IsolationSpec.safeDefault().userns());
        assertThat(Privileges.of(spec)).contains(new Privilege.UnmaskedPaths());
        assertThat(SpecWarnings.of(spec)).singleElement().asString().contains("the seccomp filter, the user namespace");
    }

    @Test
    void theMiscellaneousOptionsOfTheClientAllArrive() throws IOException {
        String withoutAnnotations = new String(
                        Fixtures.class.getResourceAsStream("misc.json").readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8)
                .replace("\"Annotations\":{\"a.b\":\"c\"},", "");
        fixtures.config = Fixtures.config("", List.of("PATH=/sbin", "B=c"), List.of("/entry"), List.of("-x"));

        assertThatThrownBy(() -> fixtures.resolve(withoutAnnotations)).hasMessage("no command specified");
        ContainerSpec spec = fixtures.resolve(withoutAnnotations.replace("\"Cmd\":null", "\"Cmd\":[\"ls\"]"));

        assertThat(spec.process().args()).containsExactly("ls");
        assertThat(spec.process().env()).containsExactly("A=b", "PATH=/usr/local/bin:/usr/bin:/bin", "B=c");
        assertThat(spec.process().init()).isTrue();
        assertThat(spec.process().workdir()).isEqualTo("/w");
        assertThat(spec.labels()).containsEntry("k", "v");
        assertThat(spec.stop().signal()).isEqualTo(Signal.parse("INT"));
        assertThat(spec.stop().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.restart()).isEqualTo(new RestartPolicy(RestartPolicy.Condition.ON_FAILURE, 3));
        assertThat(spec.log().options()).containsEntry("max-size", "1m");
        assertThat(spec.health().orElseThrow().test()).containsExactly("CMD-SHELL", "true");
        assertThat(spec.health().orElseThrow().interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.health().orElseThrow().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(spec.health().orElseThrow().retries()).isEqualTo(2);
    }

    @Test
    void annotationsNeverReachTheRuntime() {
        assertThatThrownBy(() -> Fixtures.captured("misc")).hasMessageContaining("HostConfig.Annotations");
    }

    @Test
    void namespacesOfAnotherContainerAreJoinedByItsFullId() throws IOException {
        String id = fixtures.addContainer("abc", fixtures.resolve("{}")).id().value();

        ContainerSpec spec = fixtures.resolve(Fixtures.captured("join"));

        assertThat(spec.network().mode()).isEqualTo(new NetworkSpec.Mode.Container(id));
        assertThat(spec.isolation().pid()).isEqualTo(new NamespaceMode.Container(id));
        assertThat(Privileges.of(spec))
                .map(Privilege::spelling)
                .containsExactlyInAnyOrder(
                        "joined-namespace:network:" + id, "joined-namespace:pid:" + id, "joined-namespace:ipc:" + id);
    }

    /// Joined through another container, the host's namespace would be no privilege of its own name; with the user
    /// namespace, container root would be the host's.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'UsernsMode':'host' | 'NetworkMode':'container:abc' | --userns=host",
                "'UsernsMode':'host' | 'PidMode':'container:abc' | --userns=host",
                "'UsernsMode':'host' | 'IpcMode':'container:abc','UsernsMode':'auto' | --userns=host",
                "'NetworkMode':'host' | 'NetworkMode':'container:abc' | --network host",
                "'PidMode':'host' | 'PidMode':'container:abc' | --pid host",
                "'IpcMode':'host' | 'IpcMode':'container:abc' | --ipc host",
            })
    void aNamespaceThatIsTheHostsIsNotJoinedThroughAnotherContainer(String other, String joining, String lift) {
        fixtures.addContainer("abc", fixtures.resolve(("{'HostConfig':{" + other + "}}").replace('\'', '"')));

        assertThatThrownBy(() -> fixtures.resolve(("{'HostConfig':{" + joining + "}}").replace('\'', '"')))
                .hasMessageContaining("so joining it is joining the host")
                .hasMessageContaining(lift);
    }

    @Test
    void aUsersIdsOfTheHostAreWrittenOutWhenTheContainerIsMade() {
        ContainerSpec spec = fixtures.resolve("{\"HostConfig\":{\"SecurityOpt\":[\"userns=map:alice\"]}}");

        assertThat(spec.isolation().userns().spelling()).isEqualTo("map:u0:100000:5,g0:200000:5");
        assertThat(Privileges.of(spec))
                .map(Privilege::spelling)
                .containsExactlyInAnyOrder("host-ids:100000-100004", "host-ids:200000-200004");
    }

    /// So its privileges are those of that mode, though nobody asked for it.
    @Test
    void whoJoinsAnotherContainerHasItsUserNamespaceMode() {
        fixtures.addContainer("abc", fixtures.resolve("{\"HostConfig\":{\"SecurityOpt\":[\"userns=identity\"]}}"));

        ContainerSpec spec = fixtures.resolve("{\"HostConfig\":{\"IpcMode\":\"container:abc\"}}");

        assertThat(spec.isolation().userns().spelling()).isEqualTo("identity");
        assertThat(Privileges.of(spec)).map(Privilege::spelling).contains("host-ids:0-4294967294");
    }

    @Test
    void anotherModeThanThatOfTheContainerThatIsJoinedIsRefused() {
        fixtures.addContainer("abc", fixtures.resolve("{}"));

        assertThatThrownBy(() -> fixtures.resolve("{\"HostConfig\":{\"NetworkMode\":\"container:abc\","
                        + "\"SecurityOpt\":[\"userns=identity\"]}}"))
                .hasMessageContaining("user namespace: --userns=identity cannot be")
                .hasMessageContaining("(auto); leave --userns out");
    }

    @Test
    void containersOfDifferentUserNamespacesAreNotJoinedTogether() {
        String abc = fixtures.addContainer("abc", fixtures.resolve("{}")).id().value();
        fixtures.seed++;
        fixtures.addContainer("def", fixtures.resolve("{}"));
        fixtures.seed++;
        fixtures.addContainer("ghi", fixtures.resolve("{\"HostConfig\":{\"PidMode\":\"container:abc\"}}"));

        assertThatThrownBy(() -> fixtures.resolve(
                        "{\"HostConfig\":{\"PidMode\":\"container:abc\",\"IpcMode\":\"container:def\"}}"))
                .hasMessageContaining("have one each, and nobody can live in both");
        assertThat(fixtures.resolve("{\"HostConfig\":{\"PidMode\":\"container:abc\",\"IpcMode\":\"container:ghi\"}}")
                        .isolation()
                        .pid())
                .isEqualTo(new NamespaceMode.Container(abc));
    }

    /// As Docker takes them; without the slash the engine could not find the container's cgroup again.
    @Test
    void aRelativeCgroupParentIsBelowTheRoot() {
        ContainerSpec spec = fixtures.resolve("{\"HostConfig\":{\"CgroupParent\":\"builds\"}}");

        assertThat(spec.isolation().cgroupParent()).isEqualTo("/builds");
    }

    @Test
    void whatIsAskedForByItsOwnNameMayBeJoined() {
        fixtures.addContainer("abc", fixtures.resolve("{\"HostConfig\":{\"UsernsMode\":\"host\"}}"));

        ContainerSpec spec =
                fixtures.resolve("{\"HostConfig\":{\"PidMode\":\"container:abc\",\"UsernsMode\":\"host\"}}");

        assertThat(Privileges.of(spec)).map(Privilege::spelling).contains("host-namespace:user");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'SecurityOpt':['seccomp={}'] | `defaultAction` is missing",
                "'SecurityOpt':['seccomp={'] | the profile is no JSON",
                "'SecurityOpt':['seccomp:deny=getcwdd'] | did you mean getcwd?",
                "'SecurityOpt':['seccomp:allow=@clok'] | did you mean @clock?",
                "'SecurityOpt':['seccomp:deny=socketcall'] | exists only on i386",
                "'SecurityOpt':['seccomp:allow:arch=arm'] | this machine runs no arm programs",
                "'SecurityOpt':['seccomp:deny'] | allow:SUBJECT or deny:SUBJECT",
                "'SecurityOpt':['seccomp:action=errno=EPRM'] | did you mean EPERM",
                "'SecurityOpt':['seccomp:action=kill','seccomp:action=log'] | a policy has one action",
                "'SecurityOpt':['seccomp=unconfined','seccomp:deny=getcwd'] | leave out one of both",
                "'SecurityOpt':['seccomp=unconfined','seccomp=builtin'] | a container has one",
                "'SecurityOpt':['seccomp=/etc/profile.json'] | the JSON text of a profile",
                "'SecurityOpt':['seccomp='] | an empty profile is no filter",
                "'SecurityOpt':['SECCOMP=unconfined'] | this security option is not known",
                "'SecurityOpt':['apparmor=docker-default'] | AppArmor profiles are not supported yet",
                "'SecurityOpt':['label=type:spc_t'] | own SELinux labels are not supported yet",
                "'SecurityOpt':['no-new-privileges=perhaps'] | true or false",
                "'SecurityOpt':['userns=keep-id'] | user namespace: there is no such mode; there are auto",
                "'SecurityOpt':['userns=map:0:1:5,3:9:1'] | two lines reach container id 3",
                "'SecurityOpt':['writable-cgroups=true'] | this security option is not known",
                "'SecurityOpt':[''] | this security option is not known",
                "'SecurityOpt':['userns=auto'],'UsernsMode':'host' | different user namespaces",
                "'UsernsMode':'shift:0' | which is `identity`",
                "'PidMode':'container:none' | No such container: none",
                "'PidMode':'ns:/proc/1/ns/pid' | this namespace mode is not known",
                "'UTSMode':'container:x' | this namespace mode is not known",
                "'IpcMode':'none' | not supported yet",
                "'Runtime':'kata' | unknown or invalid runtime name",
                "'Isolation':'hyperv' | Linux has only",
                "'CapAdd':['NET_ADMINS'] | unknown capability",
                "'CapAdd':['1'] | unknown capability",
                "'MaskedPaths':['/proc/kcore'],'ReadonlyPaths':[] | not supported with paths",
                "'MaskedPaths':[] | both empty lists, or neither",
                "'Devices':[{'PathOnHost':'/dev/nothing-here'}] | error gathering device information",
                "'Devices':[{'PathOnHost':'/etc/passwd'}] | it is not a device node",
                "'Devices':[{'PathOnHost':'/dev/null','CgroupPermissions':'rwx'}] | some of r, w and m",
                "'CgroupParent':'/a/../../b' | not a plain one",
                "'CgroupParent':'/' | not a plain one",
                "'CgroupParent':'/a//b' | not a plain one",
                "'CgroupParent':'a/' | not a plain one",
                "'CgroupParent':'./a' | not a plain one",
                "'Sysctls':{'kernel.core_pattern':'x'} | is not in a separate kernel namespace",
                "'Sysctls':{'vm.swappiness':'1'} | is not in a separate kernel namespace",
                "'Sysctls':{'net/ipv4/ip_forward':'1'} | a key is words with dots between",
                "'Sysctls':{'net..x':'1'} | a key is words with dots between",
                "'Sysctls':{'net.core.somaxconn':'1'},'NetworkMode':'host' | not the container's own",
                "'Sysctls':{'kernel.shmmax':'1'},'IpcMode':'host' | not the container's own",
                "'VolumeDriver':'nfs' | there is only 'local'",
                "'AutoRemove':true,'RestartPolicy':{'Name':'always'} | can't create 'AutoRemove' container",
                "'RestartPolicy':{'Name':'sometimes'} | unknown policy",
                "'RestartPolicy':{'Name':'always','MaximumRetryCount':3} | only be used with restart policy",
                "'RestartPolicy':{'Name':'on-failure','MaximumRetryCount':-1} | cannot be negative",
                "'LogConfig':{'Type':'syslog'} | this log driver is not supported",
                "'LogConfig':{'Config':{'labels':'x'}} | unknown log opt",
                "'LogConfig':{'Config':{'max-size':'-1'}} | it is a positive number",
                "'GroupAdd':['4294967296'] | outside 0..",
                "'GroupAdd':['a:b'] | a group is a number or a name",
            })
    void whatIsNotUnderstoodOrNotSupportedIsRefusedByName(String field, String problem) {
        assertThatThrownBy(() -> fixtures.resolve("{\"HostConfig\":{" + field.replace('\'', '"') + "}}"))
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "4294967295", "-1", "0x0", "+0", "1:", ":0", "1:-1", "18446744073709551616"})
    void aUserThatIsNoIdIsRefusedAndNeverRoot(String user) {
        assertThatThrownBy(() -> fixtures.resolve("{\"User\":\"" + user + "\"}"))
                .isInstanceOf(IllegalArgumentException.class);

        fixtures.config = Fixtures.config(user, List.of(), List.of(), List.of("sh"));
        assertThatThrownBy(() -> fixtures.resolve("{}")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"/proc/self/fd/7", "/proc", "/a/../proc/self", "//proc/1/cwd", "relative"})
    void aWorkingDirectoryIsAbsoluteAndOutsideProc(String directory) {
        assertThatThrownBy(() -> fixtures.resolve("{\"WorkingDir\":\"" + directory + "\"}"))
                .hasMessageContaining("working directory");
    }

    @Test
    void aNameIsMadeUpWhenNoneIsGiven() {
        assertThat(fixtures.resolve("{}").name().value()).matches("[a-z]+_[a-z]+[0-9]{2}");
    }
}
