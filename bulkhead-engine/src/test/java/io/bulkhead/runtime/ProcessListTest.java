package io.bulkhead.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessListTest {

    @Test
    void whatComesAfterTheLastTitleBelongsToTheLastColumn() {
        var table = ProcessList.parse("UID  PID CMD\nroot 7 sh -c  x y\nroot 8 other\n", Set.of(7));

        assertThat(table.titles()).containsExactly("UID", "PID", "CMD");
        assertThat(table.rows()).containsExactly(List.of("root", "7", "sh -c x y"));
    }

    @Test
    void aColumnThatIsMissingOrNamedByTheCallerIsRefused() {
        assertThatThrownBy(() -> ProcessList.parse("UID CMD\nroot sh\n", Set.of(7)))
                .hasMessageContaining("no PID column");
        for (String forged : List.of("-o pid=PID,args", "-eo ppid=PID", "-o comm=,pid=PID")) {
            assertThatThrownBy(() -> ProcessList.arguments(forged))
                    .as(forged)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void argumentsThatArePartOfNoPsAreRefused() {
        for (String strange : List.of("-ef; id", "$(id)", "-o\npid", "a".repeat(500), "-ef > x", "--format=\"x\"")) {
            assertThatThrownBy(() -> ProcessList.arguments(strange))
                    .as(strange)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(ProcessList.arguments("")).containsExactly("-ef");
        assertThat(ProcessList.arguments("  aux  --sort=-rss ")).containsExactly("aux", "--sort=-rss");
    }

    @Test
    void noProcessesNoRows() {
        assertThat(ProcessList.of(List.of(), "-ef").rows()).isEmpty();
    }
}
