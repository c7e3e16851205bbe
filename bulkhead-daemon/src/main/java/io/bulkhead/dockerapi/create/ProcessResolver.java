package io.bulkhead.dockerapi.create;

import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.ProcessSpec;
import io.bulkhead.spec.UserSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What runs, merged as Docker merges request and image (moby, daemon/commit.go `merge`).
final class ProcessResolver {

    private ProcessResolver() {}

    static ProcessSpec resolve(CreateRequest request, ImageConfig image) {
        List<String> entrypoint = entrypoint(request, image);
        List<String> command = command(request, image);
        Invalid.when(entrypoint.isEmpty() && command.isEmpty(), "no command specified");
        String user = request.user().isEmpty() ? image.user() : request.user();
        request.hostConfig().groupAdd().forEach(ProcessResolver::requireGroup);
        return new ProcessSpec(
                entrypoint,
                command,
                environment(request.env(), image.env()),
                ContainerPaths.workdir(request.workingDir().isEmpty() ? image.workdir() : request.workingDir()),
                UserSpec.parse(user),
                request.hostConfig().groupAdd(),
                request.hostConfig().init());
    }

    /// `--entrypoint ''` arrives as one empty string: no entry point, and not the image's command either.
    private static List<String> entrypoint(CreateRequest request, ImageConfig image) {
        List<String> asked = request.entrypoint();
        if (asked == null) {
            return image.entrypoint();
        }
        return asked.equals(List.of("")) ? List.of() : asked;
    }

    /// A caller who names an entry point means it without the image's arguments.
    private static List<String> command(CreateRequest request, ImageConfig image) {
        List<String> asked = request.entrypoint();
        boolean ownEntrypoint = asked != null && !asked.isEmpty();
        return request.cmd().isEmpty() && !ownEntrypoint ? image.cmd() : request.cmd();
    }

    /// The caller's variables, then those of the image that the caller left alone. A name without `=` takes the
    /// image's variable away.
    static List<String> environment(List<String> asked, List<String> image) {
        var variables = new LinkedHashMap<String, String>();
        asked.forEach(line -> variables.put(name(line), line));
        for (String line : image) {
            variables.putIfAbsent(name(line), line);
        }
        return variables.values().stream().filter(line -> line.contains("=")).toList();
    }

    private static String name(String line) {
        String name = line.split("=", 2)[0];
        if (name.isEmpty()) {
            throw Invalid.value("Env", line, "invalid environment variable: it has no name");
        }
        return name;
    }

    private static void requireGroup(String group) {
        if (group.isEmpty() || group.contains(":")) {
            throw Invalid.value("HostConfig.GroupAdd", group, "a group is a number or a name");
        }
        UserSpec.parse(group);
    }

    static Map<String, String> labels(CreateRequest request, ImageConfig image) {
        var labels = new LinkedHashMap<>(image.labels());
        labels.putAll(request.labels());
        return labels;
    }

    /// `CMD-SHELL` through the shell that the caller or the image names.
    static List<String> throughShell(List<String> test, List<String> shell) {
        if (shell.isEmpty() || test.size() != 2 || !test.getFirst().equals("CMD-SHELL")) {
            return test;
        }
        var command = new ArrayList<>(List.of("CMD"));
        command.addAll(shell);
        command.add(test.getLast());
        return command;
    }
}
