package io.bulkhead.dockerapi.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Privilege;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.NetworkSpec.Port;
import io.bulkhead.spec.NetworkSpec.Protocol;
import io.bulkhead.spec.NetworkSpec.PublishedPort;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.Resources;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsAndPortsTest {

    private final Fixtures fixtures = new Fixtures();

    @Test
    void theLimitsOfTheClientArrive() throws IOException {
        ContainerSpec spec = fixtures.resolve(Fixtures.captured("limits"));

        Resources resources = spec.resources();
        assertThat(resources.memory()).hasValue(64L << 20);
        assertThat(resources.memorySwap()).hasValue(128L << 20);
        assertThat(resources.memoryReservation()).hasValue(32L << 20);
        assertThat(resources.cpuQuota()).hasValue(50_000);
        assertThat(resources.cpusetCpus()).isEqualTo("0-1");
        assertThat(resources.pids()).isEqualTo(100);
        assertThat(resources.ulimits())
                .containsExactly(new Resources.Ulimit("core", -1, -1), new Resources.Ulimit("nofile", 100, 200));
        assertThat(Privileges.of(spec))
                .map(Privilege::spelling)
                .containsExactlyInAnyOrder("raised-limit:oom-kill-disable", "raised-limit:core", "raised-limit:nofile");
    }

    @Test
    void noLimitOnProcessesIsAPrivilegeAndSilenceIsNot() throws IOException {
        ContainerSpec spec = fixtures.resolve(Fixtures.captured("cpus"));

        assertThat(spec.resources().pids()).isEqualTo(-1);
        assertThat(spec.resources().nanoCpus()).hasValue(1_500_000_000);
        assertThat(Privileges.of(spec)).containsExactly(new Privilege.RaisedLimit("pids"));
        assertThat(fixtures.resolve("{\"HostConfig\":{\"PidsLimit\":0}}")
                        .resources()
                        .pids())
                .isEqualTo(Resources.DEFAULT_PIDS);
    }

    @Test
    void aMemoryLimitAloneLimitsSwapToo() {
        assertThat(fixtures.resolve("{\"HostConfig\":{\"Memory\":10485760}}")
                        .resources()
                        .memorySwap())
                .isEqualTo(OptionalLong.of(20_971_520));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'Memory':6291455 | Minimum memory limit allowed is 6MB",
                "'Memory':-1 | Minimum memory limit allowed is 6MB",
                "'MemoryReservation':1 | Minimum memory reservation allowed is 6MB",
                "'Memory':10485760,'MemoryReservation':20971520 | Minimum memory limit can not be less than",
                "'Memory':10485760,'MemorySwap':6291456 | Minimum memoryswap limit should be larger",
                "'MemorySwap':10485760 | You should always set the Memory limit",
                "'MemorySwap':-2 | Invalid memory swap",
                "'NanoCpus':5000000000 | as there are only 4 CPUs available",
                "'NanoCpus':-1 | range of CPUs",
                "'NanoCpus':1,'CpuPeriod':1000 | Nano CPUs and CPU Period",
                "'NanoCpus':1,'CpuQuota':1000 | Nano CPUs and CPU Quota",
                "'CpuShares':-1 | invalid CPU shares",
                "'CpuPeriod':999 | CPU cfs period",
                "'CpuQuota':999 | CPU cfs quota",
                "'CpusetCpus':'all' | a list is like 0-2,4",
                "'CpusetMems':'0;1' | a list is like 0-2,4",
                "'PidsLimit':-2 | Invalid pids limit",
                "'OomScoreAdj':1001 | range for oom score adj",
                "'BlkioWeight':9 | Range of blkio weight",
                "'ShmSize':-1 | SHM size can not be less than 0",
                "'Ulimits':[{'Name':'as','Soft':1,'Hard':1}] | invalid ulimit type",
                "'Ulimits':[{'Name':'nofile','Soft':2,'Hard':1}] | less than or equal to hard limit: 2 > 1",
                "'Ulimits':[{'Name':'nofile','Soft':-1,'Hard':1}] | less than or equal to hard limit",
                "'Ulimits':[{'Name':'core','Soft':1,'Hard':1},{'Name':'core','Soft':1,'Hard':1}] | is there twice",
                "'PortBindings':{'80':[{'HostPort':'70000'}]} | is past 65535",
                "'PortBindings':{'80':[{'HostPort':'-1'}]} | invalid port specification",
                "'PortBindings':{'0/tcp':[]} | invalid port 0",
                "'PortBindings':{'80/icmp':[]} | invalid port specification",
                "'PortBindings':{'80':[{'HostPort':'80','HostIp':'localhost'}]} | is not an IP address",
                "'PortBindings':{'80':[{'HostPort':'80','HostIp':'127.1'}]} | is not an IP address",
                "'PortBindings':{'80':[{'HostPort':'7000-7005'}]} | range that is not as long",
                "'NetworkMode':'no/such' | no network can have this name",
                "'NetworkMode':'container:gone' | No such container: gone",
                "'Dns':['example.com'] | is not an IP address",
                "'DnsSearch':['a b'] | not allowed there",
                "'DnsOptions':['ndots:2 nameserver'] | not allowed there",
                "'ExtraHosts':['nohost'] | bad format for add-host",
                "'ExtraHosts':['a b:1.2.3.4'] | bad format for add-host",
                "'ExtraHosts':['a:1.2.3.4 evil'] | is not an IP address",
            })
    void aLimitOrNetworkSettingOutOfBoundsIsRefused(String field, String problem) {
        assertThatThrownBy(() -> fixtures.resolve("{\"HostConfig\":{" + field.replace('\'', '"') + "}}"))
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'Hostname':'a','HostConfig':{'UTSMode':'host'} | hostname and the UTS mode",
                "'Hostname':'a','HostConfig':{'NetworkMode':'container:o'} | hostname and the network mode",
                "'HostConfig':{'NetworkMode':'container:o','PublishAllPorts':true} | port publishing",
                "'HostConfig':{'NetworkMode':'container:o','Dns':['1.1.1.1']} | dns and the network mode",
                "'ExposedPorts':{'1/tcp':{}},'HostConfig':{'NetworkMode':'container:o'} | port exposing",
                "'MacAddress':'02:42:ac:11:00:02','HostConfig':{'NetworkMode':'host'} | mac-address",
                "'MacAddress':'01:42:ac:11:00:02' | hardware address of one interface",
                "'MacAddress':'02:42' | hardware address",
                "'Hostname':'a b' | invalid hostname format",
                "'NetworkingConfig':{'EndpointsConfig':{'a':{},'b':{}}} | a container has one network",
                "'NetworkingConfig':{'EndpointsConfig':{'a':{}}} | set HostConfig.NetworkMode to the same",
                "'NetworkingConfig':{'EndpointsConfig':{'bridge':{'IPAMConfig':{'IPv4Address':'1.2.3'}}}} | not an IPv4",
            })
    void settingsThatContradictEachOtherAreRefused(String fields, String problem) {
        fixtures.addContainer("o", fixtures.resolve("{}"));

        assertThatThrownBy(() -> fixtures.resolve("{" + fields.replace('\'', '"') + "}"))
                .hasMessageContaining(problem);
    }

    @Test
    void portsArePublishedAsTheClientSaysAndTheRestByPublishAll() throws IOException {
        String body = new String(
                        Fixtures.class.getResourceAsStream("ports.json").readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8)
                .replace("\"7000-7005\"", "\"7000\"");

        NetworkSpec network = fixtures.resolve(body).network();

        assertThat(network.published())
                .containsExactly(
                        new PublishedPort(new Port(53, Protocol.UDP), "127.0.0.1", 53),
                        new PublishedPort(new Port(80, Protocol.TCP), "", 8080),
                        new PublishedPort(new Port(443, Protocol.TCP), "", 0),
                        new PublishedPort(new Port(7000, Protocol.TCP), "", 7000),
                        new PublishedPort(new Port(9000, Protocol.TCP), "", 9000),
                        new PublishedPort(new Port(9001, Protocol.TCP), "", 9001),
                        new PublishedPort(new Port(9002, Protocol.TCP), "", 9002));
        assertThat(network.macAddress()).hasValue("02:42:ac:11:00:02");
        assertThat(network.ipAddress()).hasValue("10.88.0.9");
        assertThat(network.extraHosts()).containsExactly("a:host-gateway");
        assertThat(network.dns()).containsExactly("1.1.1.1");
    }

    @Test
    void aRangeOfPortsIsPublishedOneByOne() {
        NetworkSpec network = fixtures.resolve(
                        "{\"HostConfig\":{\"PortBindings\":{\"80-81/udp\":[{\"HostPort\":\"90-91\"}]}}}")
                .network();

        assertThat(network.published())
                .containsExactly(
                        new PublishedPort(new Port(80, Protocol.UDP), "", 90),
                        new PublishedPort(new Port(81, Protocol.UDP), "", 91));
    }

    @Test
    void aNetworkByNameHasItsAliasesAndAddress() throws IOException {
        NetworkSpec network = fixtures.resolve(Fixtures.captured("network")).network();

        assertThat(network.mode()).isEqualTo(new NetworkSpec.Mode.Bridge("mine"));
        assertThat(network.aliases()).containsExactly("nick");
        assertThat(network.ipAddress()).hasValue("10.1.2.3");
    }

    @Test
    void noNetworkAndDisabledNetworkAreNone() throws IOException {
        assertThat(fixtures.resolve("{\"NetworkDisabled\":true}").network().mode())
                .isEqualTo(new NetworkSpec.Mode.None());
        assertThat(fixtures.resolve(Fixtures.captured("nohealth")).network().mode())
                .isEqualTo(new NetworkSpec.Mode.None());
    }
}
