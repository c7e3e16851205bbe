package io.bulkhead.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Programs of a distribution with their own checks in containers for which no option is typed: default filter,
/// capabilities, user namespace and masked paths.
@WithDaemon
@Timeout(1200)
class RealProgramsTest {

    /// The large image takes minutes to fetch: only when asked for, by property or environment.
    private static final boolean ASKED =
            "yes".equals(System.getProperty("BULKHEAD_REAL_PROGRAMS", System.getenv("BULKHEAD_REAL_PROGRAMS")));

    private final RunningDaemon daemon;

    RealProgramsTest(RunningDaemon daemon) {
        this.daemon = daemon;
    }

    /// @param script beside this class, in `programs`
    /// @param says everything it prints when the program works
    record Program(String script, ProgramsImage image, String says) {
        @Override
        public String toString() {
            return script;
        }
    }

    static Stream<Program> programs() {
        return Stream.concat(small(), large());
    }

    private static Stream<Program> small() {
        return Stream.of(
                new Program("bash", ProgramsImage.SMALL, """
                        sum 366503875925
                        Running
                        job ended with 143
                        same
                        SHOUT
                        trapped
                        2 lines, last TWO
                        """),
                new Program("python3", ProgramsImage.SMALL, """
                        processes 328350
                        threads 328350
                        mmap there
                        asyncio HELLO child
                        signal 1
                        AF_ALG Address family not supported by protocol
                        through a queue
                        """),
                new Program("redis", ProgramsImage.SMALL, """
                        5
                        1
                        OK
                        aof_last_bgrewrite_status:ok
                        42
                        """),
                new Program("nginx", ProgramsImage.SMALL, """
                        Complete requests:      2000
                        Failed requests:        0
                        HTML transferred:       200000000 bytes
                        2
                        Document Length:        100000 bytes
                        0
                        """),
                new Program("sqlite", ProgramsImage.SMALL, """
                        wal
                        100|5050
                        ok
                        """),
                new Program("git", ProgramsImage.SMALL, """
                        20
                        486
                        bundle holds
                        """),
                new Program("perl", ProgramsImage.SMALL, """
                        child 7
                        shared
                        line
                        """),
                new Program("gcc", ProgramsImage.SMALL, """
                        sum 14
                        heap-use-after-free
                        """),
                new Program("sshd", ProgramsImage.SMALL, """
                        0
                        guest
                        /dev/pts
                        a terminal
                        guest 1000000
                        """));
    }

    private static Stream<Program> large() {
        return Stream.of(
                new Program("nodejs", ProgramsImage.LARGE, """
                        workers 3000
                        served /page
                        written child
                        2d711642
                        """),
                new Program("jdk", ProgramsImage.LARGE, """
                        2000 child
                        2000 child
                        2000 child
                        2000 child
                        shell 42
                        """),
                new Program("postgresql", ProgramsImage.LARGE, """
                        number of transactions actually processed: 200/200
                        100000
                        server stopped
                        0
                        """),
                new Program("ruby", ProgramsImage.LARGE, """
                        threads 385
                        HELLO
                        0
                        """),
                new Program("strace", ProgramsImage.LARGE, """
                        1
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void aProgramWorksWithoutAnyOption(Program program) throws IOException {
        assumeTrue(program.image() == ProgramsImage.SMALL || ASKED, "needs BULKHEAD_REAL_PROGRAMS=yes");
        program.image().requireIn(daemon);

        Ran ran = daemon.dockerCommand("run", program.image().reference(), "bash", "-c", script(program))
                .within(Duration.ofMinutes(10))
                .run();

        assertThat(ran.said()).as(ran.err()).isEqualTo(program.says().stripTrailing());
        assertThat(ran.exitCode()).isZero();
    }

    private static String script(Program program) throws IOException {
        try (InputStream text = RealProgramsTest.class.getResourceAsStream("programs/" + program.script() + ".sh")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
