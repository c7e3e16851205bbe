package io.bulkhead.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.seccomp.SyscallGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The table of groups in docs/seccomp.md is that of the program.
class SeccompDocumentTest {

    private static final Pattern ROW = Pattern.compile("\\| `@([a-z-]+)` \\| (.*) \\| (.*) \\|");

    @Test
    void everyGroupIsInTheDocumentWithItsCalls() throws IOException {
        Path document = Path.of("../docs/seccomp.md");
        assumeTrue(Files.isReadable(document), "needs the source tree");
        var documented = new TreeSet<String>();

        for (String line : Files.readAllLines(document)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                SyscallGroup group = SyscallGroup.require(row.group(1));
                documented.add(group.name());
                assertThat(row.group(2)).isEqualTo(group.why());
                assertThat(calls(row.group(3))).as(group.name()).isEqualTo(group.calls());
            }
        }

        assertThat(documented)
                .containsExactlyElementsOf(
                        SyscallGroup.all().stream().map(SyscallGroup::name).toList());
    }

    private static Set<String> calls(String members) {
        var calls = new TreeSet<String>();
        for (String member : members.split(" ", -1)) {
            if (member.startsWith("@")) {
                calls.addAll(SyscallGroup.require(member.substring(1)).calls());
            } else {
                calls.add(member);
            }
        }
        return calls;
    }
}
