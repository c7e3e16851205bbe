package io.bulkhead.profile;

import io.bulkhead.seccomp.DockerProfile;
import io.bulkhead.seccomp.DockerProfile.Entry;
import io.bulkhead.seccomp.DockerProfile.Filter;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SeccompProfile.Argument;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes profiles as JSON.
public final class ProfileWriter {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ProfileWriter() {}

    /// Docker's format, which [ProfileReader] reads back. Where a rule comes from is its `comment`.
    public static String docker(SeccompProfile profile) {
        DockerProfile docker = DockerProfile.of(profile);
        var json = head(profile);
        json.put(
                "archMap",
                docker.archMap().entrySet().stream()
                        .map(line -> Map.of("architecture", line.getKey(), "subArchitectures", line.getValue()))
                        .toList());
        var entries = new ArrayList<Map<String, Object>>();
        for (SeccompProfile.Rule rule : profile.syscalls()) {
            var entry = rule(rule);
            entry.put("comment", rule.origin());
            entries.add(entry);
        }
        json.put("syscalls", entries);
        return MAPPER.writeValueAsString(json);
    }

    /// Docker's format with its conditions on capabilities, machines and kernels.
    public static String docker(DockerProfile profile) {
        var json = new LinkedHashMap<String, Object>();
        json.put("defaultAction", profile.defaultAction().name());
        profile.defaultErrnoRet().ifPresent(errno -> json.put("defaultErrnoRet", errno));
        if (!profile.architectures().isEmpty()) {
            json.put("architectures", profile.architectures());
        }
        if (!profile.archMap().isEmpty()) {
            json.put(
                    "archMap",
                    profile.archMap().entrySet().stream()
                            .map(line -> Map.of("architecture", line.getKey(), "subArchitectures", line.getValue()))
                            .toList());
        }
        if (!profile.flags().isEmpty()) {
            json.put("flags", profile.flags());
        }
        var entries = new ArrayList<Map<String, Object>>();
        for (Entry entry : profile.syscalls()) {
            var written = rule(new SeccompProfile.Rule(
                    entry.names(), entry.action(), entry.errnoRet(), entry.args(), entry.place()));
            put(written, "includes", entry.includes());
            put(written, "excludes", entry.excludes());
            entries.add(written);
        }
        json.put("syscalls", entries);
        return MAPPER.writeValueAsString(json);
    }

    private static void put(Map<String, Object> entry, String field, Filter filter) {
        var json = new LinkedHashMap<String, Object>();
        if (!filter.caps().isEmpty()) {
            json.put(
                    "caps",
                    filter.caps().stream()
                            .map(capability -> capability.kernelName())
                            .sorted()
                            .toList());
        }
        if (!filter.arches().isEmpty()) {
            json.put("arches", filter.arches().stream().sorted().toList());
        }
        filter.minKernel().ifPresent(kernel -> json.put("minKernel", kernel.version() + "." + kernel.patchLevel()));
        if (!json.isEmpty()) {
            entry.put(field, json);
        }
    }

    /// OCI's `linux.seccomp` (OCI runtime 1.2).
    ///
    /// @param flags those of the profile, and the engine's, that the runtime takes
    public static Map<String, Object> oci(SeccompProfile profile, Set<String> flags) {
        var json = head(profile);
        json.put("architectures", profile.architectures());
        // Older runtimes refuse even an empty list.
        if (!flags.isEmpty()) {
            json.put("flags", List.copyOf(flags));
        }
        json.put(
                "syscalls", profile.syscalls().stream().map(ProfileWriter::rule).toList());
        return json;
    }

    private static Map<String, Object> head(SeccompProfile profile) {
        var json = new LinkedHashMap<String, Object>();
        json.put("defaultAction", profile.defaultAction().name());
        profile.defaultErrnoRet().ifPresent(errno -> json.put("defaultErrnoRet", errno));
        return json;
    }

    private static Map<String, Object> rule(SeccompProfile.Rule rule) {
        var json = new LinkedHashMap<String, Object>();
        json.put("names", rule.names());
        json.put("action", rule.action().name());
        rule.errnoRet().ifPresent(errno -> json.put("errnoRet", errno));
        if (!rule.args().isEmpty()) {
            json.put("args", rule.args().stream().map(ProfileWriter::argument).toList());
        }
        return json;
    }

    private static Map<String, Object> argument(Argument argument) {
        var json = new LinkedHashMap<String, Object>();
        json.put("index", argument.index());
        json.put("value", unsigned(argument.value()));
        json.put("valueTwo", unsigned(argument.valueTwo()));
        json.put("op", argument.op().name());
        return json;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
