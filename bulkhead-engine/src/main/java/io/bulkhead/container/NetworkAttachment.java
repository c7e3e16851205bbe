package io.bulkhead.container;

import io.bulkhead.bundle.Undo;
import io.bulkhead.container.EngineException.Reason;
import io.bulkhead.kernel.Fd;
import io.bulkhead.network.Attachment;
import io.bulkhead.network.Networks;
import io.bulkhead.spec.NetworkSpec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// A container's place in a network, made while the rest of its start goes on.
final class NetworkAttachment implements AutoCloseable {

    private final CompletableFuture<Optional<Attachment>> attached;

    private NetworkAttachment(CompletableFuture<Optional<Attachment>> attached) {
        this.attached = attached;
    }

    static NetworkAttachment begin(Networks networks, Life life, StartNamespaces namespaces, Undo undo) {
        NetworkSpec spec = life.spec().network();
        if (!(spec.mode() instanceof NetworkSpec.Mode.Bridge)) {
            return new NetworkAttachment(CompletableFuture.completedFuture(Optional.empty()));
        }
        Fd namespace = namespaces.network().orElseThrow(() -> new IllegalStateException("a bridge without a network"));
        undo.add(() -> networks.detach(life.id()));
        return new NetworkAttachment(CompletableFuture.supplyAsync(
                () -> Optional.of(networks.attach(life.id(), spec, namespace)), Thread::startVirtualThread));
    }

    /// Waits for it.
    Optional<Attachment> await() {
        try {
            return attached.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new EngineException(Reason.RUNTIME_FAILED, "interrupted while the network was set up");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(failed);
        }
    }

    /// Waits until it is done or has failed, so that taking it back finds all there is and the namespace is not let go
    /// of under it.
    @Override
    public void close() {
        attached.handle((_, _) -> "done").join();
    }
}
