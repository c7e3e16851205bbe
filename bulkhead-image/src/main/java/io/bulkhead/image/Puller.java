package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Brings one image from a registry. Nothing the registry says is believed: every byte is digested here, and an image
/// becomes known only when all of it is stored and unpacked.
final class Puller {

    /// Docker's `max-concurrent-downloads`.
    private static final int AT_A_TIME = 3;

    private final Workshop workshop;
    private final ImageName name;
    private final Optional<Platform> wanted;
    private final Images.Progress progress;

    Puller(Workshop workshop, ImageName name, Optional<Platform> wanted, Images.Progress progress) {
        this.workshop = workshop;
        this.name = name.withDefaultTag();
        this.wanted = wanted;
        this.progress = serial(progress);
    }

    /// Layers come in parallel; whoever prints need not care.
    private static Images.Progress serial(Images.Progress progress) {
        var lock = new java.util.concurrent.locks.ReentrantLock();
        return (id, status, current, total) -> {
            lock.lock();
            try {
                progress.update(id, status, current, total);
            } finally {
                lock.unlock();
            }
        };
    }

    Image pull(Remote remote) {
        String reference =
                name.digest().map(Digest::toString).orElseGet(() -> name.tag().orElseThrow());
        // Nothing is said before the registry gave something: until then a refusal can have a status of its own.
        Remote.Manifest top = manifest(remote, reference, name.digest());
        say(reference, "Pulling from " + name.familiarRepository());
        Leases.Lease lease = workshop.leases().open();
        try {
            Remote.Manifest chosen = choose(remote, top);
            ManifestFile.Single manifest = single(chosen);
            boolean known = workshop.catalog()
                    .named(name)
                    .filter(image -> image.id().equals(manifest.config().digest()))
                    .isPresent();
            Image image = fetch(remote, chosen, manifest, top.digest(), lease);
            say("", "Digest: " + top.digest());
            say(
                    "",
                    "Status: " + (known ? "Image is up to date for " : "Downloaded newer image for ")
                            + name.familiar());
            return image;
        } finally {
            workshop.close(lease);
        }
    }

    private Remote.Manifest manifest(Remote remote, String reference, Optional<Digest> expected) {
        Remote.Manifest manifest = remote.manifest(reference);
        Digest actual = Digests.sha256(manifest.bytes());
        if (expected.filter(digest -> digest.algorithm() == Digest.Algorithm.SHA256 && !digest.equals(actual))
                .isPresent()) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH, "manifest " + expected.get() + ": the registry sent " + actual);
        }
        return new Remote.Manifest(manifest.mediaType(), manifest.bytes(), actual);
    }

    private Remote.Manifest choose(Remote remote, Remote.Manifest top) {
        if (!(ManifestFile.read(top.bytes(), top.mediaType()) instanceof ManifestFile.Index index)) {
            return top;
        }
        Platform platform = wanted.orElseGet(Platform::host);
        Descriptor chosen = platform.choose(index.manifests())
                .orElseThrow(() -> new ImageException(
                        Reason.NOT_FOUND, "no matching manifest for " + platform + " in the manifest list entries"));
        Remote.Manifest manifest = manifest(remote, chosen.digest().toString(), Optional.of(chosen.digest()));
        if (manifest.bytes().length != chosen.size()) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH,
                    "manifest " + chosen.digest() + " has " + manifest.bytes().length + " bytes, its index says "
                            + chosen.size());
        }
        return manifest;
    }

    private static ManifestFile.Single single(Remote.Manifest manifest) {
        return switch (ManifestFile.read(manifest.bytes(), manifest.mediaType())) {
            case ManifestFile.Single single -> single;
            case ManifestFile.Index _ ->
                throw new ImageException(Reason.MALFORMED, "an index where an index promised a manifest");
        };
    }

    private Image fetch(
            Remote remote, Remote.Manifest bytes, ManifestFile.Single manifest, Digest top, Leases.Lease lease) {
        lease.hold(manifest.config().digest());
        if (manifest.config().size() > ConfigFile.MAX_BYTES) {
            throw new ImageException(Reason.TOO_LARGE, "an image configuration of more than " + ConfigFile.MAX_BYTES);
        }
        download(remote, manifest.config(), "");
        ConfigFile config = workshop.config(manifest);
        requirePlatform(config);
        fetchLayers(remote, manifest, config, lease);
        workshop.blobs().add(bytes.bytes(), lease);
        var names = new ArrayList<ImageName>();
        names.add(new ImageName(name.registry(), name.repository(), Optional.empty(), Optional.of(top)));
        if (name.digest().isEmpty()) {
            names.add(name);
        }
        return workshop.add(bytes.digest(), manifest, config, names);
    }

    private void requirePlatform(ConfigFile config) {
        var actual = new Platform(
                config.config().os(),
                config.config().architecture(),
                config.config().variant());
        if (wanted.isPresent() && !wanted.get().accepts(actual)) {
            throw new ImageException(
                    Reason.NOT_FOUND,
                    "image with reference " + name.familiar()
                            + " was found but does not match the specified platform: wanted " + wanted.get()
                            + ", actual: " + actual);
        }
    }

    private void fetchLayers(Remote remote, ManifestFile.Single manifest, ConfigFile config, Leases.Lease lease) {
        Map<Descriptor, Digest> todo = new LinkedHashMap<>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            Digest diffId = config.diffIds().get(i);
            lease.hold(layer.digest());
            lease.hold(diffId);
            if (workshop.blobs().has(layer.digest())
                    && workshop.layers().find(diffId).isPresent()) {
                say(layer.digest().shortHex(), "Already exists");
            } else if (todo.putIfAbsent(layer, diffId) == null) {
                say(layer.digest().shortHex(), "Pulling fs layer");
            }
        }
        var slots = new Semaphore(AT_A_TIME);
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            todo.forEach((layer, diffId) -> running.add(workers.submit(() -> {
                slots.acquire();
                try {
                    fetchLayer(remote, layer, diffId);
                } finally {
                    slots.release();
                }
                return diffId;
            })));
            awaitAll(running, workers);
        }
    }

    private void fetchLayer(Remote remote, Descriptor layer, Digest diffId) {
        String id = layer.digest().shortHex();
        if (!workshop.blobs().has(layer.digest())) {
            download(remote, layer, id);
            say(id, "Download complete");
        }
        progress.update(id, "Extracting", 0, layer.size());
        workshop.unpack(layer, diffId);
        say(id, "Pull complete");
    }

    private void download(Remote remote, Descriptor blob, String id) {
        if (blob.size() > Workshop.MAX_BLOB) {
            throw new ImageException(
                    Reason.TOO_LARGE,
                    "blob " + blob.digest() + " of " + blob.size() + " bytes, at most " + Workshop.MAX_BLOB);
        }
        if (workshop.blobs().has(blob.digest())) {
            return;
        }
        var shown = new ThrottledProgress(progress, id, blob.size());
        try (InputStream content = remote.blob(blob.digest(), blob.size())) {
            workshop.blobs().add(blob, content, Reason.REGISTRY, id.isEmpty() ? _ -> {} : shown::downloading);
        } catch (IOException failure) {
            throw new ImageException(
                    Reason.REGISTRY, "closing blob " + blob.digest() + ": " + failure.getMessage(), failure);
        }
    }

    /// The first failure stops the others.
    private static void awaitAll(List<Future<?>> running, ExecutorService workers) {
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException failure) {
            workers.shutdownNow();
            // Also what whoever is told of the progress threw: a client that has gone is no error of ours.
            if (failure.getCause() instanceof RuntimeException told) {
                throw told;
            }
            throw new IllegalStateException("pulling a layer failed", failure.getCause());
        } catch (InterruptedException interrupted) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
            throw new ImageException(Reason.REGISTRY, "the pull was interrupted", interrupted);
        }
    }

    private void say(String id, String status) {
        progress.update(id, status, 0, -1);
    }
}
