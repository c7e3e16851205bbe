package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.kernel.FilterCompiler;
import io.bulkhead.kernel.KernelException;
import io.bulkhead.name.Names;
import io.bulkhead.profile.ProfileWriter;
import io.bulkhead.seccomp.ResolvedPolicy;
import io.bulkhead.seccomp.SeccompProfile;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A policy as other programs read it: `Text`, or `Bytes` in base64 for what is none.
final class PolicyExport {

    private PolicyExport() {}

    static Map<String, @Nullable Object> of(AskedPolicy asked, String format) {
        ResolvedPolicy policy = asked.resolved("write");
        SeccompProfile profile = asked.watchesOnly() ? policy.canary() : policy.profile();
        return switch (format) {
            case "docker" -> text(format, ProfileWriter.docker(profile));
            case "oci" ->
                text(
                        format,
                        Json.mapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(ProfileWriter.oci(profile, new LinkedHashSet<>(profile.flags()))));
            case "bpf" ->
                Json.object(
                        "Format",
                        format,
                        "Bytes",
                        Base64.getEncoder()
                                .encodeToString(compiled(profile, FilterCompiler::compile)
                                        .bytes()));
            case "pseudo" -> text(format, compiled(profile, FilterCompiler::pseudocode));
            default ->
                throw new EngineException(
                        Reason.INVALID,
                        "Format `" + Names.shown(format) + "`: it is docker, oci, bpf or pseudo, or left out");
        };
    }

    private static Map<String, @Nullable Object> text(String format, String text) {
        return Json.object("Format", format, "Text", text.stripTrailing());
    }

    /// As the runtimes compile it, with the same library.
    private static <T> T compiled(SeccompProfile profile, BiFunction<FilterCompiler, SeccompProfile, T> how) {
        FilterCompiler compiler = FilterCompiler.find()
                .orElseThrow(() -> new EngineException(
                        Reason.UNSUPPORTED, "libseccomp.so.2 is not installed; without it no filter can be compiled"));
        try {
            return how.apply(compiler, profile);
        } catch (KernelException refused) {
            throw new EngineException(Reason.RUNTIME_FAILED, "compile the filter: " + refused.getMessage(), refused);
        }
    }
}
