package io.bulkhead.denial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulkhead.seccomp.SyscallTable;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RefusedCallTest {

    /// As kernel 6.18 wrote it.
    private static final String RECORD = "audit(1795545715.169:506): auid=4294967295 uid=1900000001 gid=1900000001"
            + " ses=4294967295 pid=3353 comm=\"python3\" exe=\"/usr/bin/python3.11\" sig=0 arch=c000003e syscall=79"
            + " compat=0 ip=0x7f0a06f1f829 code=0x50000";

    private static Optional<RefusedCall> parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return RefusedCall.parse(bytes, bytes.length);
    }

    @Test
    void aRecordOfTheKernelIsRead() {
        assertThat(parse(RECORD))
                .contains(new RefusedCall(
                        1_900_000_001L, 3353, "python3", "/usr/bin/python3.11", SyscallTable.X86_64, 79, 0x50000));
    }

    @Test
    void theBitOfX32TellsTheTable() {
        assertThat(parse(RECORD.replace("syscall=79", "syscall=1073741903"))).hasValueSatisfying(call -> {
            assertThat(call.table()).isEqualTo(SyscallTable.X32);
            assertThat(call.number()).isEqualTo(79);
        });
    }

    @Test
    void aLabelBeforeTheProcessChangesNothing() {
        assertThat(parse(RECORD.replace(" pid=", " subj=system_u:system_r:container_t:s0:c1,c2 pid=")))
                .isEqualTo(parse(RECORD));
    }

    /// The kernel writes a name with a space as digits, so a thread cannot call itself ` uid=0`.
    @Test
    void aNameThatLooksLikeAFieldIsOnlyAName() {
        assertThat(parse(RECORD.replace("\"python3\"", "207569643D3020"))).hasValueSatisfying(call -> {
            assertThat(call.user()).isEqualTo(1_900_000_001L);
            assertThat(call.command()).isEqualTo(" uid=0 ");
        });
    }

    @Test
    void whatATerminalWouldObeyIsNotKept() {
        assertThat(parse(RECORD.replace("\"python3\"", "1B5B324A")))
                .hasValueSatisfying(call -> assertThat(call.command()).isEqualTo("?[2J"));
    }

    @Test
    void anArchitectureThatNobodyKnowsIsLeftOut() {
        assertThat(parse(RECORD.replace("c000003e", "00000008"))).isEmpty();
    }

    @Property(tries = 500)
    void anythingElseIsLeftOutQuietly(@ForAll String text) {
        assertThat(parse(text)).isEmpty();
    }
}
