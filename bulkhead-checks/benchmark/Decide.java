import io.bulkhead.access.AccessPolicy;
import io.bulkhead.access.Authorizer;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import io.bulkhead.capability.Capability;
import io.bulkhead.roles.RolesFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/// See `decide` beside this.
public class Decide {

    private static final int ROLES = 1_000;
    private static final int CONTAINERS = 10_000;

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0], "roles.yaml");
        Files.writeString(file, roles());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        long begun = System.nanoTime();
        RolesFile read = RolesFile.open(file);
        System.out.printf("reading %d roles: %d ms%n", ROLES, (System.nanoTime() - begun) / 1_000_000);
        var containers = new ArrayList<Target>();
        for (int i = 0; i < CONTAINERS; i++) {
            containers.add(new Target.OfContainer(
                    "%064x".formatted(i),
                    "team-" + i % ROLES + "-web-" + i,
                    Set.of("registry.example.com/team-" + i % ROLES + "/web:1"),
                    "unix:" + (100_000 + i % ROLES)));
        }
        Caller one = caller(100_007, List.of());
        var all = new ArrayList<Long>();
        for (long group = 0; group < ROLES; group++) {
            all.add(200_000 + group);
        }
        Caller many = caller(99_999, all);
        Set<Privilege> privileges = Set.of(
                new Privilege.AddedCapability(Capability.NET_ADMIN), new Privilege.HostPath("/srv/team-7/x", true));
        for (int round = 0; round < 2; round++) {
            boolean shown = round > 0;
            measure("a caller with 1 role of 1,000, file looked at", new Authorizer(read), one, containers, privileges, shown);
            AccessPolicy policy = read.get();
            var held = new Authorizer(() -> policy);
            measure("the same, policy in memory", held, one, containers, privileges, shown);
            measure("a caller with all 1,000 roles, in memory", held, many, containers, privileges, shown);
        }
        var view = new Authorizer(read).view(one);
        begun = System.nanoTime();
        long seen = containers.stream().filter(view::sees).count();
        System.out.printf("%d of %d containers seen: %d us%n", seen, CONTAINERS, (System.nanoTime() - begun) / 1_000);
    }

    private static Caller caller(long uid, List<Long> groups) {
        return new Caller.UnixUser(uid, uid, groups, OptionalInt.empty(), OptionalLong.empty());
    }

    private static String roles() {
        var text = new StringBuilder("roles:\n");
        for (int i = 0; i < ROLES; i++) {
            text.append("""
                      team-%1$d:
                        - operations: [container.start, container.stop, container.inspect, container.list]
                          containers: ["team-%1$d-*"]
                        - operations: [container.create, container.exec]
                          images: ["registry.example.com/team-%1$d/*"]
                          owner: self
                          privileges: ["added-capability:NET_ADMIN", "host-path:/srv/team-%1$d:ro"]
                        - deny: [container.create]
                          privileges: ["host-path:/etc:rw"]
                    """.formatted(i));
        }
        text.append("bindings:\n");
        for (int i = 0; i < ROLES; i++) {
            text.append("  - {role: team-%1$d, subjects: [\"uid:%2$d\", \"gid:%3$d\"]}%n"
                    .formatted(i, 100_000 + i, 200_000 + i));
        }
        return text.toString();
    }

    private static void measure(
            String what,
            Authorizer authorizer,
            Caller caller,
            List<Target> containers,
            Set<Privilege> privileges,
            boolean shown) {
        var random = new Random(1);
        long[] nanos = new long[20_000];
        int allowed = 0;
        for (int i = 0; i < nanos.length; i++) {
            Target target = containers.get(random.nextInt(CONTAINERS));
            boolean create = i % 2 == 0;
            long begun = System.nanoTime();
            var decision = authorizer.decide(
                    caller,
                    create ? Operation.CONTAINER_CREATE : Operation.CONTAINER_START,
                    target,
                    create ? privileges : Set.of());
            nanos[i] = System.nanoTime() - begun;
            allowed += decision instanceof io.bulkhead.access.Allowed ? 1 : 0;
        }
        Arrays.sort(nanos);
        if (shown) {
            System.out.printf(
                    "%-48s p50 %6.1f us, p99 %6.1f us, p99.9 %7.1f us (%d of %d allowed)%n",
                    what,
                    nanos[nanos.length / 2] / 1e3,
                    nanos[nanos.length * 99 / 100] / 1e3,
                    nanos[nanos.length * 999 / 1000] / 1e3,
                    allowed,
                    nanos.length);
        }
    }
}
