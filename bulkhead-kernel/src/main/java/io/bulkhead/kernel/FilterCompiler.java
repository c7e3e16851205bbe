package io.bulkhead.kernel;

import io.bulkhead.seccomp.BpfProgram;
import io.bulkhead.seccomp.SeccompProfile;
import io.bulkhead.seccomp.SeccompProfile.Rule;
import io.bulkhead.seccomp.SyscallTable;
import java.util.Optional;
import java.util.function.Function;

/// Compiles a profile with the host's libseccomp into the program that a runtime would load, without loading it. Done
/// as
/// crun and runc do it: calls that the library has no name for are left out, and so is what the default action does
/// anyway.
public final class FilterCompiler {

    private final LibSeccomp library;

    private FilterCompiler(LibSeccomp library) {
        this.library = library;
    }

    /// Empty if the host does not have the library.
    public static Optional<FilterCompiler> find() {
        return LibSeccomp.find().map(FilterCompiler::new);
    }

    /// @throws KernelException with the library's errno
    public BpfProgram compile(SeccompProfile profile) {
        return build(profile, SeccompFilter::bpf);
    }

    /// The filter in the library's pseudo-code.
    ///
    /// @throws KernelException with the library's errno
    public String pseudocode(SeccompProfile profile) {
        return build(profile, SeccompFilter::pseudocode);
    }

    private <T> T build(SeccompProfile profile, Function<SeccompFilter, T> export) {
        try (SeccompFilter filter = library.begin(profile.defaultAction(), profile.defaultErrnoRet())) {
            for (String architecture : profile.architectures()) {
                filter.open(SyscallTable.ofName(architecture));
            }
            for (Rule rule : profile.syscalls()) {
                for (String name : rule.names()) {
                    boolean _ = filter.add(name, rule.action(), rule.errnoRet(), rule.args());
                }
            }
            return export.apply(filter);
        }
    }
}
