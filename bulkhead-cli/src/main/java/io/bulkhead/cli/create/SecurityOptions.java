package io.bulkhead.cli.create;

import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// Namespaces, capabilities, security options, devices. They are passed on as they are: whether this caller may ask
/// for them is decided by the daemon.
final class SecurityOptions {

    private static final String SYSTEM_PATHS = "systempaths=unconfined";

    @Option(names = "--cap-add", paramLabel = "CAPABILITY", description = "Add Linux capabilities")
    List<String> capAdd = new ArrayList<>();

    @Option(names = "--cap-drop", paramLabel = "CAPABILITY", description = "Drop Linux capabilities")
    List<String> capDrop = new ArrayList<>();

    @Option(
            names = "--security-opt",
            paramLabel = "OPTION",
            description = "Security options: seccomp=PROFILE.json|default|unconfined, seccomp:deny:SUBJECT, "
                    + "seccomp:allow:SUBJECT (a call, call(CONDITION), @GROUP, all, arch:NAME, family:AF_NAME), "
                    + "seccomp:action:errno=NAME|kill|log|trap, seccomp:record:NAME, seccomp:canary, label=...")
    List<String> securityOpt = new ArrayList<>();

    @Option(
            names = "--privileged",
            arity = "0..1",
            fallbackValue = "true",
            description = "Give extended privileges to this container")
    boolean privileged;

    @Option(
            names = "--userns",
            paramLabel = "MODE",
            description =
                    "User namespace to use: auto[:size=N|image], static, identity, shift:N, single[:UID], map:..., host")
    String userns = "";

    @Option(names = "--pid", paramLabel = "MODE", description = "PID namespace to use")
    String pid = "";

    @Option(names = "--ipc", paramLabel = "MODE", description = "IPC mode to use")
    String ipc = "";

    @Option(names = "--uts", paramLabel = "MODE", description = "UTS namespace to use")
    String uts = "";

    @Option(names = "--cgroupns", paramLabel = "MODE", description = "Cgroup namespace to use (host|private)")
    String cgroupns = "";

    @Option(names = "--cgroup-parent", paramLabel = "PATH", description = "Optional parent cgroup for the container")
    String cgroupParent = "";

    @Option(names = "--device", paramLabel = "HOST[:CONTAINER[:rwm]]", description = "Add a host device")
    List<String> devices = new ArrayList<>();

    @Option(
            names = "--device-cgroup-rule",
            paramLabel = "RULE",
            description = "Add a rule to the cgroup allowed devices list")
    List<String> deviceRules = new ArrayList<>();

    @Option(names = "--sysctl", paramLabel = "NAME=VALUE", description = "Sysctl options")
    List<String> sysctls = new ArrayList<>();

    void addToHost(Map<String, Object> host) {
        checkModes();
        host.put("CapAdd", Body.orNull(capabilities(capAdd)));
        host.put("CapDrop", Body.orNull(capabilities(capDrop)));
        host.put("CgroupnsMode", cgroupns);
        host.put("IpcMode", ipc);
        host.put("PidMode", pid);
        host.put("Privileged", privileged);
        host.put("UTSMode", uts);
        host.put("UsernsMode", userns);
        host.put("CgroupParent", cgroupParent);
        host.put("Devices", devices.stream().map(DeviceOption::parse).toList());
        host.put("DeviceCgroupRules", Body.orNull(deviceRules));
        host.put("SecurityOpt", securityOpt.isEmpty() ? null : options());
        boolean open = securityOpt.contains(SYSTEM_PATHS);
        host.put("MaskedPaths", open ? List.of() : null);
        host.put("ReadonlyPaths", open ? List.of() : null);
        if (!sysctls.isEmpty()) {
            host.put("Sysctls", sysctls());
        }
    }

    private void checkModes() {
        if (pid.equals("container:")) {
            throw Invalid.option("--pid: invalid PID mode");
        }
        if (!List.of("", "host").contains(uts)) {
            throw Invalid.option("--uts: invalid UTS mode");
        }
        if (!List.of("", "host", "private").contains(cgroupns)) {
            throw Invalid.option("--cgroupns: invalid CGROUP mode");
        }
    }

    private static List<String> capabilities(List<String> names) {
        return names.stream()
                .map(name -> name.strip().toUpperCase(Locale.ROOT))
                .map(name -> name.equals("ALL") || name.startsWith("CAP_") ? name : "CAP_" + name)
                .distinct()
                .toList();
    }

    private Map<String, String> sysctls() {
        for (String sysctl : sysctls) {
            if (sysctl.indexOf('=') < 1) {
                throw Invalid.argument(sysctl, "--sysctl", "sysctl '" + sysctl + "' is not allowed");
            }
        }
        return KeyValues.map(sysctls);
    }

    private List<String> options() {
        return securityOpt.stream()
                .filter(option -> !option.equals(SYSTEM_PATHS))
                .map(SecurityOptions::option)
                .toList();
    }

    private static String option(String option) {
        boolean rule = Stream.of("deny", "allow", "action", "record", "canary")
                        .anyMatch(word -> option.startsWith("seccomp:" + word + ":")
                                || option.startsWith("seccomp:" + word + "="))
                || option.equals("seccomp:canary");
        int sign = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
        if (sign < 0 && !option.equals("no-new-privileges")) {
            throw Invalid.option("Invalid --security-opt: \"" + option + "\"");
        }
        if (rule || !option.startsWith("seccomp") || sign != "seccomp".length()) {
            return option;
        }
        String profile = option.substring(sign + 1);
        boolean named = List.of("unconfined", "default", "builtin").contains(profile);
        return named ? option : "seccomp=" + profile(profile);
    }

    /// The file's content: the daemon reads no file of the caller's. With its lines, unlike the stock client sends it,
    /// so that the daemon can name them.
    private static String profile(String file) {
        try {
            byte[] content = Files.readAllBytes(Path.of(file));
            Json _ = Json.read(content);
            return new String(content, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw Invalid.option("opening seccomp profile (" + file + ") failed: " + failure);
        } catch (JsonException failure) {
            throw Invalid.option("compacting json for seccomp profile (" + file + ") failed: " + failure.getMessage());
        }
    }
}
