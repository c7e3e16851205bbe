package io.bulkhead.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.container.Containers.ExitStatus;
import io.bulkhead.container.Containers.WaitCondition;
import org.junit.jupiter.api.Test;

class WaitersTest {

    private final Waiters waiters = new Waiters();

    @Test
    void anEndThatARestartFollowsWakesOnlyWhoWaitsForTheNextExit() {
        var exit = waiters.register(WaitCondition.NEXT_EXIT);
        var stop = waiters.register(WaitCondition.NOT_RUNNING);
        var removal = waiters.register(WaitCondition.REMOVED);

        waiters.ended(new ExitStatus(3, ""), true);

        assertThat(exit).isCompletedWithValue(new ExitStatus(3, ""));
        assertThat(stop).isNotDone();
        assertThat(removal).isNotDone();
    }

    @Test
    void aRemovalWakesEverybody() {
        var exit = waiters.register(WaitCondition.NEXT_EXIT);
        var stop = waiters.register(WaitCondition.NOT_RUNNING);
        var removal = waiters.register(WaitCondition.REMOVED);

        waiters.removed(new ExitStatus(137, ""));

        assertThat(exit).isCompleted();
        assertThat(stop).isCompleted();
        assertThat(removal).isCompletedWithValue(new ExitStatus(137, ""));
    }
}
