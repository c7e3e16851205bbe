package io.bulkhead.denial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.access.Target;
import io.bulkhead.denial.Owners.Owner;
import io.bulkhead.name.ContainerId;
import io.bulkhead.seccomp.FilterAction;
import io.bulkhead.seccomp.SyscallTable;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Tally tally = new Tally(new Owners() {
        @Override
        public Optional<Owner> of(long user, int pid) {
            return Optional.empty();
        }

        @Override
        public Optional<Reason> why(Owner owner, SyscallTable table, int number, FilterAction action) {
            return Optional.of(new Reason("refused", "rule of " + number, "remedy"));
        }
    });

    private static Owner container(int number) {
        var id = new ContainerId("%064x".formatted(number));
        var target = new Target.OfContainer(id.value(), "c" + number, Set.of("image"), "unix:0");
        return new Owner(id, "c" + number, "image", target, Optional.empty());
    }

    private static RefusedCall call(int number, String command) {
        return new RefusedCall(
                1, 7, command, "/bin/" + command, SyscallTable.X86_64, number, FilterAction.ERRNO.code());
    }

    @Test
    void aCallIsToldOnceAndThenCounted() {
        assertThat(tally.count(container(1), call(79, "a"), NOON)).isPresent();
        assertThat(tally.count(container(1), call(79, "b"), NOON.plusSeconds(5)))
                .isEmpty();
        assertThat(tally.count(container(2), call(79, "a"), NOON)).isPresent();
        assertThat(tally.count(container(1), call(80, "a"), NOON)).isPresent();

        Denial last = tally.all().getLast();
        assertThat(last.call()).isEqualTo("getcwd");
        assertThat(last.count()).isEqualTo(2);
        assertThat(last.first()).isEqualTo(NOON);
        assertThat(last.last().time()).isEqualTo(NOON.plusSeconds(5));
        assertThat(last.last().command()).isEqualTo("b");
        assertThat(last.last().action()).isEqualTo(FilterAction.ERRNO);
        assertThat(last.reason().rule()).isEqualTo("rule of 79");
        assertThat(last.atLeast()).isFalse();
    }

    @Test
    void theNumbersAContainerMakesUpDoNotFillTheMemory() {
        for (int number = 0; number < 2 * Tally.MOST_CALLS; number++) {
            tally.count(container(1), call(number, "a"), NOON);
        }

        assertThat(tally.all()).hasSize(Tally.MOST_CALLS);
    }

    @Test
    void theContainerThatWasFirstIsForgottenFirst() {
        for (int number = 0; number <= Tally.MOST_CONTAINERS; number++) {
            tally.count(container(number), call(79, "a"), NOON);
        }

        assertThat(tally.all())
                .hasSize(Tally.MOST_CONTAINERS)
                .noneMatch(denial -> denial.owner().name().equals("c0"));
    }

    @Test
    void aCountThatMayBeTooSmallSaysSo() {
        tally.count(container(1), call(79, "a"), NOON);
        tally.count(container(2), call(79, "a"), NOON);

        tally.uncertain(container(1).id());

        assertThat(tally.all()).extracting(Denial::atLeast).containsExactly(true, false);
    }
}
