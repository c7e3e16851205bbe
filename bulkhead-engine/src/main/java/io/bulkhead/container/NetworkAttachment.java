package io.bulkhead.container;

import io.bulkhead.bundle.Undo;
import io.bulkhead.kernel.Fd;
import io.bulkhead.network.Attachment;
import io.bulkhead.network.Networks;
import io.bulkhead.spec.NetworkSpec;
import java.util.Optional;

/// A container's place in a network, made while the rest of its start goes on. What is begun must be over before the
/// namespace is let go of and before it is taken back.
final class NetworkAttachment {

    private NetworkAttachment() {}

    static Meanwhile<Optional<Attachment>> begin(Networks networks, Life life, StartNamespaces namespaces, Undo undo) {
        NetworkSpec spec = life.spec().network();
        if (!(spec.mode() instanceof NetworkSpec.Mode.Bridge)) {
            return Meanwhile.done(Optional.empty());
        }
        Fd namespace = namespaces.network().orElseThrow(() -> new IllegalStateException("a bridge without a network"));
        undo.add(() -> networks.detach(life.id()));
        return Meanwhile.doing(() -> Optional.of(networks.attach(life.id(), spec, namespace)));
    }
}
