package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.seccomp.SyscallTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyscallTablesTest {

    private static LibSeccomp library() {
        var library = LibSeccomp.find();
        assumeTrue(library.isPresent(), "needs libseccomp.so.2");
        return library.get();
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, getpid, 39",
        "I386, getpid, 20",
        "I386, socketcall, 102",
        "X32, getpid, 0x40000027",
        "AARCH64, getpid, 172",
        "ARM, getpid, 20"
    })
    void namesAndNumbersBelongTogether(SyscallTable table, String name, String number) {
        int expected = Integer.decode(number);

        assertThat(library().number(table, name)).hasValue(expected);
        assertThat(library().name(table, expected)).hasValue(name);
    }

    @Test
    void aCallTheTableDoesNotHaveHasNoNumber() {
        assertThat(library().number(SyscallTable.X86_64, "socketcall")).isEmpty();
        assertThat(library().number(SyscallTable.X86_64, "opne")).isEmpty();
        assertThat(library().name(SyscallTable.X86_64, 511)).isEmpty();
    }

    @Test
    void theCallsOfATableAreThoseTheLibraryNames() {
        assumeTrue(LibSeccomp.find().isPresent(), "needs libseccomp.so.2");
        var tables = SyscallTables.ofHost();

        for (SyscallTable table : SyscallTable.values()) {
            int[] calls = tables.calls(table).toArray();
            System.out.println(tables.source() + ", " + table.label() + ": " + calls.length + " calls, the last "
                    + Integer.toHexString(calls[calls.length - 1]));
            assertThat(calls).hasSizeBetween(250, 520);
        }
        assertThat(tables.source()).matches("libseccomp \\d+\\.\\d+\\.\\d+");
        assertThat(tables.others(SyscallTable.X86_64).toArray()).contains(511).doesNotContain(39);
    }

    @Test
    void withoutTheLibraryEveryNumberCountsAndThatIsSaid() {
        var tables = SyscallTables.ofNobody();

        assertThat(tables.calls(SyscallTable.X86_64).count()).isEqualTo(512);
        assertThat(tables.source()).isEqualTo("every number from 0 to 511 (libseccomp is not installed)");
        assertThat(LibSeccomp.find("libseccomp.so.99")).isEmpty();
    }
}
