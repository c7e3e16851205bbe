package io.bulkhead.bundle;

import io.bulkhead.bundle.BundleException.Reason;
import io.bulkhead.bundle.OciProcess.Program;
import io.bulkhead.idmap.IdMaps;
import io.bulkhead.kernel.Directory;
import io.bulkhead.kernel.FileSystems;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.kernel.Links;
import io.bulkhead.name.Names;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.UserSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// The `process` object of an exec. The container runs and may be hostile: its user files and directories are looked
/// at through its pinned root.
final class ExecProcess {

    private ExecProcess() {}

    static String json(ContainerSpec spec, Optional<IdMaps> maps, Directory root, ExecProgram program) {
        if (program.args().isEmpty()) {
            throw new BundleException(Reason.UNSUPPORTED, "No exec command specified");
        }
        UserSpec user = program.user().orElse(spec.process().user());
        List<String> groups =
                program.user().isPresent() ? List.of() : spec.process().additionalGroups();
        var resolved = ImageUsers.read(root).resolve(user, groups, maps);
        var env = new ArrayList<>(spec.process().env());
        env.addAll(program.env());
        String cwd = Paths.clean(program.workdir().orElse(spec.process().workdir()));
        requireOutsideProc(root, cwd);
        var process = new OciProcess(spec).json(new Program(program.args(), env, cwd, resolved, program.tty()));
        return JsonMapper.shared().writeValueAsString(process);
    }

    /// CVE-2024-21626 again, for a running container. The runtime has to check what it reaches too, since the
    /// container may change the path after this.
    private static void requireOutsideProc(Directory root, String cwd) {
        try (Directory reached = root.beneath(HostSource.relative(cwd), Links.IN_ROOT)) {
            if (FileSystems.type(Path.of(reached.fd().path())).equals("proc")) {
                throw new BundleException(
                        Reason.BAD_TARGET, "working directory `" + Names.shown(cwd) + "` leads into /proc");
            }
        } catch (KernelException refused) {
            throw new BundleException(
                    Reason.BAD_TARGET,
                    "working directory `" + Names.shown(cwd) + "`: " + refused.getMessage(),
                    refused);
        }
    }
}
