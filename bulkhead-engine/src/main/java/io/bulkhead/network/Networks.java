package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.NetworkSpec;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The networks of this engine and the containers' places in them. Failures are a [NetworkException].
public interface Networks {

    /// `bridge`, `host` and `none`.
    List<Network> all();

    /// By name, id or unambiguous id prefix.
    Optional<Network> find(String nameOrId);

    /// Gives a container its address and publishes its ports. When this fails, nothing of it is left behind.
    ///
    /// @param networkNamespace the container's own, made inside its user namespace
    Attachment attach(ContainerId container, NetworkSpec spec, Fd networkNamespace);

    /// Takes address, ports and rules away. May be called when the namespace is long gone, and again after a crash.
    void detach(ContainerId container);

    /// Removes everything that belongs to no container of `alive`: the sweep after a crash.
    void sweep(Collection<ContainerId> alive);
}
