package io.bulkhead.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bulkhead.access.Privilege.Namespace;
import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.IdRange;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivilegePatternTest {

    /// One of each kind.
    static final List<Privilege> ALL = List.of(
            new Privilege.HostPath("/srv/net", true),
            new Privilege.MappedHostTree("/etc"),
            new Privilege.AddedCapability(Capability.NET_ADMIN),
            new Privilege.HostNamespace(Namespace.PID),
            new Privilege.HostIds(new IdRange(1000, 10)),
            new Privilege.JoinedNamespace(Namespace.NETWORK, "ab"),
            new Privilege.SeccompUnconfined(),
            new Privilege.AllowedSyscall("bpf"),
            new Privilege.AllowedArchitecture("i386"),
            new Privilege.AllowedSocketFamily("AF_VSOCK"),
            new Privilege.LabelDisabled(),
            new Privilege.Device("/dev/fuse", "rw"),
            new Privilege.Sysctl("net.ipv4.ip_forward"),
            new Privilege.UnmaskedPaths(),
            new Privilege.CgroupParent("/machine"),
            new Privilege.RaisedLimit("pids"),
            new Privilege.NewPrivileges(),
            new Privilege.VolumeBind("/srv/data"),
            new Privilege.OthersVolume("data"),
            new Privilege.HostPort("0.0.0.0", 80));

    @Test
    void everyKindIsHere() {
        assertThat(ALL.stream().map(Object::getClass))
                .containsExactlyInAnyOrder(Privilege.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void whatIsSpelledIsCoveredByItsOwnSpellingAndNoOther(Privilege privilege) {
        String own = privilege instanceof Privilege.JoinedNamespace(Namespace namespace, String _)
                ? "joined-namespace:" + namespace.name().toLowerCase(java.util.Locale.ROOT)
                : privilege.spelling();

        var pattern = PrivilegePattern.parse(own);

        assertThat(ALL.stream().filter(pattern::covers)).containsExactly(privilege);
        assertThat(ALL.stream().filter(pattern::touches)).containsExactly(privilege);
        assertThat(PrivilegePattern.parse("all").covers(privilege)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "host-path:/srv/net:ro, /srv/net, true, true",
        "host-path:/srv/net:ro, /srv/net, false, false",
        "host-path:/srv/net:rw, /srv/net, true, true",
        "host-path:/srv/net:rw, /srv/net/below, false, true",
        "host-path:/srv/net/:rw, /srv/net/below, false, true",
        "host-path:/srv/net:rw, /srv/network, false, false",
        "host-path:/srv/net:rw, /srv, false, false",
        "host-path:/srv/*/data:rw, /srv/a/data/x, false, true",
        "host-path:/srv/*/data:rw, /srv/a/b/data, false, false",
        "host-path:/srv/**:rw, /srv/a/b, false, true",
        "host-path:/srv/**:rw, /srv, false, false",
        "host-path:/:rw, /etc, false, true",
    })
    void aPathIsEverythingBeneathIt(String pattern, String path, boolean readOnly, boolean covered) {
        assertThat(PrivilegePattern.parse(pattern).covers(new Privilege.HostPath(path, readOnly)))
                .isEqualTo(covered);
    }

    /// What is denied is denied also as a part of something larger.
    @ParameterizedTest
    @CsvSource({
        "host-path:/etc:rw, /, false, true",
        "host-path:/etc:rw, /etc, true, false",
        "host-path:/etc:ro, /etc, false, true",
        "host-path:/srv/*/secret:ro, /srv, true, true",
        "host-path:/srv/*/secret:ro, /srv/a/secret/x, true, true",
        "host-path:/srv/*/secret:ro, /opt, true, false",
    })
    void aPathIsTouchedFromAboveToo(String pattern, String path, boolean readOnly, boolean touched) {
        assertThat(PrivilegePattern.parse(pattern).touches(new Privilege.HostPath(path, readOnly)))
                .isEqualTo(touched);
    }

    @ParameterizedTest
    @CsvSource({
        "host-port:*:8000-8100, 0.0.0.0, 8080, true",
        "host-port:*:8000-8100, 0.0.0.0, 80, false",
        "host-port:127.0.0.1:*, 127.0.0.1, 80, true",
        "host-port:127.0.0.1:*, 0.0.0.0, 80, false",
    })
    void portsHaveRanges(String pattern, String address, int port, boolean covered) {
        assertThat(PrivilegePattern.parse(pattern).covers(new Privilege.HostPort(address, port)))
                .isEqualTo(covered);
    }

    @Test
    void lessOfADeviceIsCovered() {
        var pattern = PrivilegePattern.parse("device:/dev/fuse:rw");

        assertThat(Stream.of("r", "w", "rw", "wr", "rwm", "m")
                        .filter(access -> pattern.covers(new Privilege.Device("/dev/fuse", access))))
                .containsExactly("r", "w", "rw", "wr");
    }

    @Test
    void idsAreCoveredWithin() {
        var pattern = PrivilegePattern.parse("host-ids:1000-1999");

        assertThat(pattern.covers(new Privilege.HostIds(new IdRange(1000, 1000))))
                .isTrue();
        assertThat(pattern.covers(new Privilege.HostIds(new IdRange(1000, 1001))))
                .isFalse();
        assertThat(pattern.touches(new Privilege.HostIds(new IdRange(1999, 2)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "everything",
                "added-capability:NET_ADMN",
                "added-capability:CAP_NET_ADMIN",
                "added-capability",
                "host-path:/srv",
                "host-path:srv:ro",
                "host-path:/srv/../etc:ro",
                "host-path:/srv:wr",
                "device:/dev/fuse",
                "device:/dev/fuse:x",
                "host-namespace:everything",
                "host-namespace",
                "host-ids:10-1",
                "host-ids:0-4294967295",
                "host-port:80",
                "host-port:*:70000",
                "seccomp-unconfined:yes",
                "sysctl:",
                "all:x"
            })
    void whatIsNoPrivilegeIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PrivilegePattern.parse(text));
    }

    @Test
    void aMisspeltOneNamesTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrivilegePattern.parse("aded-capability:NET_ADMIN"))
                .withMessageContaining("did you mean added-capability");
    }
}
