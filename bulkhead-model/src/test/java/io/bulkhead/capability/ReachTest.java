package io.bulkhead.capability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReachTest {

    @ParameterizedTest
    @EnumSource
    void withTheHostsUserNamespaceEveryCapabilityIsTheHosts(Capability capability) {
        assertThat(Reach.of(capability, false, true, true)).isEqualTo(Reach.HOST);
    }

    @ParameterizedTest
    @EnumSource
    void withOneOfItsOwnNoneReachesTheHost(Capability capability) {
        assertThat(Reach.of(capability, true, false, true)).isIn(Reach.CONTAINER, Reach.NOTHING);
    }

    @Test
    void theNetworkIsTheContainersOnlyIfItIsItsOwn() {
        assertThat(Reach.of(Capability.NET_ADMIN, true, false, true)).isEqualTo(Reach.CONTAINER);
        assertThat(Reach.of(Capability.NET_ADMIN, true, false, false)).isEqualTo(Reach.NOTHING);
    }

    @Test
    void withIdsOfTheHostRootOwnsTheirFiles() {
        assertThat(Reach.of(Capability.DAC_OVERRIDE, true, true, true)).isEqualTo(Reach.HOST_FILES);
        assertThat(Reach.of(Capability.SYS_CHROOT, true, true, true)).isEqualTo(Reach.CONTAINER);
    }

    @Test
    void modulesAndTheClockAreOutOfReach() {
        assertThat(Reach.of(Capability.SYS_MODULE, true, true, true)).isEqualTo(Reach.NOTHING);
        assertThat(Reach.of(Capability.SYS_TIME, true, true, true)).isEqualTo(Reach.NOTHING);
        assertThat(Reach.HOST_FILES.spelling()).isEqualTo("host-files");
    }
}
