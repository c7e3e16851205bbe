package io.bulkhead.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulkhead.capability.Capability;
import io.bulkhead.kernel.FilterCompiler;
import io.bulkhead.kernel.SyscallTables;
import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.DockerProfile.KernelVersion;
import io.bulkhead.seccomp.Explanation;
import io.bulkhead.seccomp.FilterStack;
import io.bulkhead.seccomp.OtherEngine;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SeccompData;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.seccomp.SyscallTable;
import io.bulkhead.seccomp.Syscalls;
import io.bulkhead.seccomp.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Docker's and Podman's own default profiles: read, resolved, written, read again, and compared with what the host's
/// libseccomp makes of them. Needs the directory with the two files: system property `bulkhead.reference`, environment
/// variable `BULKHEAD_REFERENCE`, or `../shared/reference` beside the project.
class ReferenceProfileTest {

    private static final KernelVersion KERNEL = KernelVersion.parse("6.1.0-13-amd64");
    private static final List<List<Long>> ARGUMENTS = Stream.of(
                    0L,
                    1L,
                    2L,
                    9L,
                    10L,
                    16L,
                    38L,
                    39L,
                    40L,
                    41L,
                    0x20000L,
                    0x40000L,
                    0x1000_0000L,
                    0x5412L,
                    0xFFFF_FFFFL)
            .flatMap(first -> Stream.of(0L, 3L, 9L, 0x5412L).map(later -> List.of(first, later, later, 0L, 0L, 0L)))
            .toList();

    private static String profile(String name) throws IOException {
        String property = System.getProperty("bulkhead.reference", "");
        String variable = System.getenv().getOrDefault("BULKHEAD_REFERENCE", "");
        Path directory = Stream.of(property, variable, "../shared/reference", "../../shared/reference")
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(Path.of("../shared/reference"));
        Path file = directory.resolve(name + "-seccomp-default.json");
        assumeTrue(Files.isReadable(file), "needs " + name + "'s default profile, see BULKHEAD_REFERENCE");
        return Files.readString(file);
    }

    static Stream<Arguments> profiles() {
        Set<Capability> some = EnumSet.of(Capability.SYS_ADMIN, Capability.AUDIT_WRITE, Capability.SYS_NICE);
        return Stream.of("docker", "podman")
                .flatMap(name -> Stream.of(
                        Arguments.of(name, Set.of()),
                        Arguments.of(name, Capability.DEFAULTS),
                        Arguments.of(name, some),
                        Arguments.of(name, EnumSet.allOf(Capability.class))));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void whatIsWrittenReadsBackAsTheSame(String name, Set<Capability> capabilities) throws IOException {
        var target = new Target(SyscallTable.X86_64, capabilities);
        var profile = ProfileReader.read(profile(name));

        SeccompProfile once = profile.resolve(target, KERNEL);

        var whole = ProfileReader.read(ProfileWriter.docker(profile));
        assertThat(whole)
                .usingRecursiveComparison()
                .ignoringFields("syscalls.line")
                .isEqualTo(profile);
        SeccompProfile twice = ProfileReader.read(ProfileWriter.docker(once)).resolve(target, KERNEL);
        assertThat(twice)
                .usingRecursiveComparison()
                .ignoringFields("syscalls.origin")
                .isEqualTo(once);
        assertThat(once.architectures()).containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
    }

    /// The program that libseccomp makes of the file as it is, against the one it makes of ours, and against what is
    /// explained to people: every call of every table, with arguments on both sides of every condition.
    @ParameterizedTest
    @MethodSource("profiles")
    void libseccompMakesTheSameFilterOfItAndOfTheResolvedPolicy(String name, Set<Capability> capabilities)
            throws IOException {
        var compiler = FilterCompiler.find().orElse(null);
        assumeTrue(compiler != null, "needs libseccomp");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "libseccomp's own table is this machine's");
        var target = new Target(SyscallTable.X86_64, capabilities);
        SeccompProfile asIs = ProfileReader.read(profile(name)).resolve(target, KERNEL);
        ResolvedPolicy policy =
                ResolvedPolicy.of(SyscallPolicy.defaultPolicy().over(new SyscallPolicy.Base.Profile(asIs)), target);

        BpfProgram theirs = compiler.compile(asIs);
        BpfProgram ours = compiler.compile(policy.profile());

        SyscallTables known = SyscallTables.ofHost();
        for (SyscallTable table : policy.tables()) {
            for (int number : known.calls(table).toArray()) {
                for (List<Long> arguments : ARGUMENTS) {
                    var call = new SeccompData(number, table.architecture(), 0, arguments);
                    assertThat(ours.run(call))
                            .as("%s %d %s", table, number, arguments)
                            .isEqualTo(theirs.run(call));
                }
            }
            assertExplained(policy, theirs, table);
        }
        long reachable = policy.tables().stream()
                .mapToLong(
                        table -> new FilterStack(List.of(theirs)).reachable(table.architecture(), known.calls(table)))
                .sum();
        System.out.println(name + " with " + capabilities.size() + " capabilities: " + reachable + " entries");
        if (capabilities.equals(Capability.DEFAULTS)) {
            assertThat(OtherEngine.DEFAULTS)
                    .filteredOn(other -> other.name().equalsIgnoreCase(name))
                    .extracting(OtherEngine::entries)
                    .containsExactly((int) reachable);
        }
    }

    private static void assertExplained(ResolvedPolicy policy, BpfProgram filter, SyscallTable table) {
        SyscallTables known = SyscallTables.ofHost();
        Set<Integer> numbers = known.calls(table).boxed().collect(java.util.stream.Collectors.toUnmodifiableSet());
        for (String name : Syscalls.names()) {
            OptionalInt number = Syscalls.number(table, name);
            if (number.isEmpty() || !numbers.contains(table.number(number.getAsInt()))) {
                continue;
            }
            for (List<Long> arguments : ARGUMENTS) {
                Explanation.Case decided =
                        policy.explain(name, table, arguments).decided().orElseThrow();
                int returned = filter.run(
                        new SeccompData(table.number(number.getAsInt()), table.architecture(), 0, arguments));
                assertThat(decided.action().mayReachKernel())
                        .as("%s %s %s %s", table, name, arguments, decided)
                        .isEqualTo(io.bulkhead.seccomp.FilterAction.of(returned).mayReachKernel());
            }
        }
    }
}
