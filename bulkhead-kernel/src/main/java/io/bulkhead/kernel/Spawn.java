package io.bulkhead.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Starts programs with exactly the descriptors they are given (posix_spawn(3)); [ProcessBuilder] can pass none but
/// the standard three. A descriptor of the daemon that leaked into a container would be a way out (CVE-2024-21626).
public final class Spawn {

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int ATTRIBUTES_SIZE = 512;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    private static final int SIGNAL_SET = 128;

    private Spawn() {}

    /// A pipe whose ends are close-on-exec here.
    public static Pipe pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Calls.check(Calls.syscall(Sys.PIPE2, ends.address(), Sys.O_CLOEXEC), "pipe2");
            return new Pipe(
                    new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 0)), new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    /// Starts a program. All signals have their default meaning in it and none is blocked; it shares nothing of this
    /// process's environment but what `env` says.
    ///
    /// @param argv the program (a path, or a name looked for in this process's `PATH`) and its arguments
    /// @param descriptors the program's descriptor numbers and what they are; 0, 1 and 2 must be among them, all
    /// others are closed. They stay open here.
    /// @param newSession whether it leads a session of its own, so that no terminal's signal reaches it
    public static Child start(
            List<String> argv, Map<String, String> env, Map<Integer, Fd> descriptors, boolean newSession) {
        for (int standard = 0; standard <= 2; standard++) {
            if (!descriptors.containsKey(standard)) {
                throw new IllegalArgumentException("descriptor " + standard + " is not given");
            }
        }
        try (Arena arena = Arena.ofConfined();
                var actions = new SpawnActions(arena)) {
            var moved = aboveAll(descriptors);
            try {
                actions.place(moved);
                MemorySegment attributes = attributes(arena, newSession);
                return Child.of(spawn(arena, argv, env, actions.address(), attributes.address()));
            } finally {
                moved.values().forEach(Fd::close);
            }
        }
    }

    /// Copies with numbers above all targets, so that putting one in its place never overwrites another.
    private static Map<Integer, Fd> aboveAll(Map<Integer, Fd> descriptors) {
        int highest =
                descriptors.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
        var moved = new HashMap<Integer, Fd>();
        try {
            descriptors.forEach((target, fd) -> {
                long copy = Calls.syscall(Sys.FCNTL, fd.number(), F_DUPFD_CLOEXEC, highest + 1);
                moved.put(target, new Fd((int) Calls.check(copy, "fcntl F_DUPFD_CLOEXEC")));
            });
        } catch (KernelException | IllegalStateException failure) {
            moved.values().forEach(Fd::close);
            throw failure;
        }
        return moved;
    }

    private static MemorySegment attributes(Arena arena, boolean newSession) {
        MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 16);
        MemorySegment all = arena.allocate(SIGNAL_SET, 8).fill((byte) -1);
        MemorySegment none = arena.allocate(SIGNAL_SET, 8);
        libc("posix_spawnattr_init", attributes.address());
        libc("posix_spawnattr_setsigdefault", attributes.address(), all.address());
        libc("posix_spawnattr_setsigmask", attributes.address(), none.address());
        int flags = SETSIGDEF | SETSIGMASK | (newSession ? SETSID : 0);
        libc("posix_spawnattr_setflags", attributes.address(), flags);
        return attributes;
    }

    private static int spawn(Arena arena, List<String> argv, Map<String, String> env, long actions, long attributes) {
        MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
        var environment = new ArrayList<String>();
        env.forEach((name, value) -> environment.add(name + "=" + value));
        int error = (int) Calls.call(
                        SpawnActions.function("posix_spawnp"),
                        pid.address(),
                        Calls.text(arena, argv.getFirst()).address(),
                        actions,
                        attributes,
                        strings(arena, argv).address(),
                        strings(arena, environment).address())
                .value();
        if (error != 0) {
            throw new KernelException("start " + FileNames.printable(argv.getFirst()), error);
        }
        return pid.get(ValueLayout.JAVA_INT, 0);
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, Calls.text(arena, strings.get(i)));
        }
        return array;
    }

    private static void libc(String function, long... arguments) {
        int error = (int) Calls.call(SpawnActions.function(function), arguments).value();
        if (error != 0) {
            throw new KernelException(function, error);
        }
    }
}
