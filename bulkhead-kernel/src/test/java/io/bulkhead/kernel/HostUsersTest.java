package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// With the users that every host has.
class HostUsersTest {

    @Test
    void rootIsFoundByName() {
        assertThat(HostUsers.user("root")).hasValue(0);
        assertThat(HostUsers.group("root")).hasValue(0);
        assertThat(HostUsers.account("root")).hasValueSatisfying(root -> {
            assertThat(root.uid()).isZero();
            assertThat(root.gid()).isZero();
            assertThat(root.groups()).contains(0L);
        });
    }

    @Test
    void nobodyHasANameThatNobodyHas() {
        assertThat(HostUsers.user("no-such-user")).isEmpty();
        assertThat(HostUsers.group("no-such-group")).isEmpty();
        assertThat(HostUsers.account("no-such-user")).isEmpty();
    }
}
