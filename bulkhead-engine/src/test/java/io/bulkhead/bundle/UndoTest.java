package io.bulkhead.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoTest {

    private final List<String> done = new ArrayList<>();

    @Test
    void theLastChangeIsTakenBackFirstAndOnlyOnce() {
        var undo = new Undo();
        undo.add(() -> done.add("first"));
        undo.add(() -> done.add("second"));

        undo.close();
        undo.close();

        assertThat(done).containsExactly("second", "first");
    }

    @Test
    void aFailureKeepsNoOtherStepFromRunning() {
        var undo = new Undo();
        undo.add(() -> {
            throw new IllegalStateException("early");
        });
        undo.add(() -> done.add("between"));
        undo.add(() -> {
            throw new IllegalStateException("late");
        });

        assertThatThrownBy(undo::close)
                .hasMessage("late")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(done).containsExactly("between");
    }

    @Test
    void whatFailsWhileUnwindingIsAttachedToTheCause() {
        var undo = new Undo();
        undo.add(() -> {
            throw new IllegalStateException("undoing");
        });
        var cause = new IllegalStateException("cause");

        undo.unwind(cause);

        assertThat(cause.getSuppressed()).singleElement().hasFieldOrPropertyWithValue("message", "undoing");
    }

    @Test
    void whatIsForgottenStays() {
        var undo = new Undo();
        undo.add(() -> done.add("gone"));

        undo.forget();
        undo.close();

        assertThat(done).isEmpty();
    }
}
