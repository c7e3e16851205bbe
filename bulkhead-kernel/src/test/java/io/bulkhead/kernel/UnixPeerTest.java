package io.bulkhead.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnixPeerTest {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SHUT_WR = 1;

    /// Two connected sockets.
    private static Fd[] pair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Calls.check(Calls.syscall(Sys.SOCKETPAIR, AF_UNIX, SOCK_STREAM, 0, ends.address()), "socketpair");
            return new Fd[] {
                new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 0)), new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 1))
            };
        }
    }

    @Test
    void thePeerOfOurOwnSocketIsThisProcess() throws IOException {
        Fd[] pair = pair();
        try (Fd here = pair[0];
                Fd _ = pair[1]) {
            UnixPeer peer = UnixPeer.of(here.number());

            assertThat((long) peer.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(peer.uid()).isEqualTo(status("Uid:").getFirst());
            assertThat(peer.gid()).isEqualTo(status("Gid:").getFirst());
            assertThat(peer.groups()).containsExactlyInAnyOrderElementsOf(status("Groups:"));
        }
    }

    @Test
    void ourOwnProcessStillRuns() {
        Fd[] pair = pair();
        try (Fd here = pair[0];
                Fd _ = pair[1]) {
            assertThat(UnixPeer.runs(here.number())).isTrue();
        }
    }

    @Test
    void aPeerThatOnlyClosedItsSideForWritingHasNotGone() {
        Fd[] pair = pair();
        try (Fd here = pair[0]) {
            try (Fd there = pair[1]) {
                assertThat(UnixPeer.gone(here.number())).isFalse();
                Calls.check(Calls.syscall(Sys.SHUTDOWN, there.number(), SHUT_WR), "shutdown");
                assertThat(UnixPeer.gone(here.number())).isFalse();
            }

            assertThat(UnixPeer.gone(here.number())).isTrue();
        }
    }

    @Test
    void whatIsNoSocketHasNoPeer() {
        try (Pipe pipe = Spawn.pipe()) {
            assertThatThrownBy(() -> UnixPeer.of(pipe.read().number()))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("SO_PEERCRED");
        }
    }

    @Test
    void aConnectedSocketIsNoListenerToAdopt() {
        Fd[] pair = pair();
        try (Fd here = pair[0];
                Fd _ = pair[1]) {
            assertThatThrownBy(() -> Supervisor.adoptListener(here.number()))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("no listening unix socket");
        }
    }

    private static List<Long> status(String key) {
        return Host.read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith(key))
                .flatMap(line ->
                        Arrays.stream(line.substring(key.length()).strip().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .map(Long::valueOf)
                .toList();
    }
}
