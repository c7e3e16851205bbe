package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.FileStat;
import io.bulkhead.kernel.FileType;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import io.bulkhead.spec.IsolationSpec.DeviceSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A device of the host that a container may use.
///
/// @param type `c` or `b`
/// @param minor empty: all
/// @param access of `r`, `w`, `m`
record DeviceNode(
        String type,
        int major,
        OptionalInt minor,
        String access,
        String hostPath,
        String containerPath,
        int mode,
        long uid,
        long gid) {

    /// null, zero, full, tty, random, urandom, console, ptmx and pseudo terminals.
    static final List<DeviceNode> DEFAULTS = List.of(
            standard(1, OptionalInt.of(3)),
            standard(1, OptionalInt.of(5)),
            standard(1, OptionalInt.of(7)),
            standard(1, OptionalInt.of(8)),
            standard(1, OptionalInt.of(9)),
            standard(5, OptionalInt.of(0)),
            standard(5, OptionalInt.of(1)),
            standard(5, OptionalInt.of(2)),
            standard(136, OptionalInt.empty()));

    private static DeviceNode standard(int major, OptionalInt minor) {
        return new DeviceNode("c", major, minor, "rwm", "", "", 0666, 0, 0);
    }

    /// Looks at the node; links such as `/dev/cdrom` are followed.
    static DeviceNode of(DeviceSpec spec) {
        try (Directory host = Directory.open(Path.of("/"))) {
            FileStat stat = host.stat(HostSource.relative(spec.hostPath()), Links.IN_ROOT);
            boolean character = stat.type() == FileType.CHARACTER_DEVICE;
            if (!character && stat.type() != FileType.BLOCK_DEVICE) {
                throw new BundleException(
                        Reason.BAD_SOURCE,
                        "device " + Names.shown(spec.hostPath()) + " is a " + stat.type() + " and not a device node");
            }
            return new DeviceNode(
                    character ? "c" : "b",
                    stat.major(),
                    OptionalInt.of(stat.minor()),
                    spec.access(),
                    spec.hostPath(),
                    Paths.clean(spec.containerPath()),
                    stat.mode(),
                    stat.uid(),
                    stat.gid());
        } catch (KernelException refused) {
            throw new BundleException(
                    Reason.BAD_SOURCE, "device " + Names.shown(spec.hostPath()) + ": " + refused.getMessage(), refused);
        }
    }

    /// Makes a node like the host's, with another owner.
    void makeIn(Directory directory, String name, Owner owner) {
        FileType kind = type.equals("c") ? FileType.CHARACTER_DEVICE : FileType.BLOCK_DEVICE;
        directory.makeNode(name, kind, mode, major, minor.orElseThrow());
        directory.changeOwner(name, owner.uid(), owner.gid());
    }

    /// For the device cgroup.
    Map<String, Object> rule() {
        var rule = new LinkedHashMap<String, Object>();
        rule.put("allow", true);
        rule.put("type", type);
        rule.put("major", major);
        minor.ifPresent(number -> rule.put("minor", number));
        rule.put("access", access);
        return rule;
    }

    /// For `linux.devices`, where the runtime may make nodes.
    Map<String, Object> node() {
        var node = new LinkedHashMap<String, Object>();
        node.put("path", containerPath);
        node.put("type", type);
        node.put("major", major);
        node.put("minor", minor.orElseThrow());
        node.put("fileMode", mode);
        node.put("uid", uid);
        node.put("gid", gid);
        return node;
    }
}
