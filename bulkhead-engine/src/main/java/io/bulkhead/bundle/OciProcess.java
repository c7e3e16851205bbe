package io.bulkhead.bundle;

import io.bulkhead.bundle.ImageUsers.Resolved;
import io.bulkhead.capability.Capability;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Resources.Ulimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The `process` object (OCI runtime 1.2, config.md "Process"), the same for a container's first process and for
/// another one in it: whoever comes later gets no more than the first.
final class OciProcess {

    static final String INIT = "/sbin/docker-init";
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final ContainerSpec spec;

    OciProcess(ContainerSpec spec) {
        this.spec = spec;
    }

    /// What differs between processes of one container.
    ///
    /// @param env `NAME=value` lines, later ones win
    record Program(List<String> args, List<String> env, String cwd, Resolved user, boolean tty) {}

    Map<String, Object> json(Program program) {
        var process = new LinkedHashMap<String, Object>();
        process.put("terminal", program.tty);
        process.put("user", user(program.user));
        process.put("args", program.args);
        process.put("env", environment(program));
        process.put("cwd", program.cwd);
        process.put("capabilities", capabilities(program.user));
        process.put(
                "rlimits",
                spec.resources().ulimits().stream().map(OciProcess::rlimit).toList());
        process.put("noNewPrivileges", spec.isolation().noNewPrivileges());
        return process;
    }

    /// Lowering the score below the engine's own takes a capability, so it is only tried when somebody asked for it.
    void addOomScore(Map<String, Object> process) {
        int wanted = spec.resources().oomScoreAdj();
        int own = ownOomScore();
        if (wanted > own || (wanted != 0 && wanted != own)) {
            process.put("oomScoreAdj", wanted);
        }
    }

    private static int ownOomScore() {
        try {
            return Integer.parseInt(
                    Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        } catch (IOException failure) {
            throw BundleException.of("read the engine's own OOM score", failure);
        }
    }

    /// Numbers only: how a runtime reads names has been wrong before (CVE-2026-30892).
    private static Map<String, Object> user(Resolved user) {
        return Map.of("uid", user.uid(), "gid", user.gid(), "additionalGids", user.additionalGids());
    }

    /// Nothing is inheritable and nothing ambient, in no process (CVE-2022-24769, CVE-2022-29162). Somebody else than
    /// root has none to begin with and may gain those of the bounding set by set-id programs. Where that somebody
    /// has to be 0, since there is no other id, an empty bounding set keeps root's powers from him.
    private Map<String, Object> capabilities(Resolved user) {
        Set<Capability> most = user.squashed() ? Set.of() : spec.isolation().capabilities();
        List<String> bounding =
                most.stream().sorted().map(Capability::kernelName).toList();
        List<String> own = user.uid() == 0 ? bounding : List.of();
        var capabilities = new LinkedHashMap<String, Object>();
        capabilities.put("bounding", bounding);
        capabilities.put("effective", own);
        capabilities.put("permitted", own);
        capabilities.put("inheritable", List.of());
        capabilities.put("ambient", List.of());
        return capabilities;
    }

    private List<String> environment(Program program) {
        var variables = new LinkedHashMap<String, String>();
        variables.put("PATH", PATH);
        variables.put("HOSTNAME", HostFiles.hostname(spec));
        if (program.tty) {
            variables.put("TERM", "xterm");
        }
        for (String line : program.env) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                variables.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        variables.putIfAbsent("HOME", program.user.home());
        var lines = new ArrayList<String>();
        variables.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    private static Map<String, Object> rlimit(Ulimit ulimit) {
        return Map.of(
                "type",
                "RLIMIT_" + ulimit.name().toUpperCase(Locale.ROOT),
                "soft",
                unlimited(ulimit.soft()),
                "hard",
                unlimited(ulimit.hard()));
    }

    /// -1 is "no limit", which the kernel spells as the largest number.
    private static Number unlimited(long value) {
        return value < 0 ? java.math.BigInteger.TWO.pow(64).subtract(java.math.BigInteger.ONE) : (Number) value;
    }
}
