package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.layer.Compression;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the images of an archive: an OCI layout if it is one, otherwise Docker's own layout. Archives that are both
/// (ours, and Docker's since version 25) are read as OCI, with the names both give.
final class ArchiveLoader {

    private static final String DOCKER_FILE = "manifest.json";
    private static final String NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";

    private final Workshop workshop;
    private final ArchiveFiles files;
    private final Leases.Lease lease;
    private final Images.Progress progress;

    ArchiveLoader(Workshop workshop, ArchiveFiles files, Leases.Lease lease, Images.Progress progress) {
        this.workshop = workshop;
        this.files = files;
        this.lease = lease;
        this.progress = progress;
    }

    /// @param manifest its bytes are stored
    private record Found(Digest manifest, ManifestFile.Single parsed, Set<ImageName> names) {}

    List<Images.Loaded> load() {
        List<Found> found;
        if (files.has("oci-layout") && files.has("index.json")) {
            found = ociImages();
        } else if (files.has(DOCKER_FILE)) {
            found = dockerImages();
        } else {
            throw new ImageException(
                    Reason.MALFORMED, "the archive holds no image: neither index.json nor manifest.json is in it");
        }
        Map<Digest, Image> images = new LinkedHashMap<>();
        Map<Digest, Set<ImageName>> names = new LinkedHashMap<>();
        for (Found each : found) {
            Image image = add(each);
            images.put(image.id(), image);
            names.computeIfAbsent(image.id(), _ -> new LinkedHashSet<>()).addAll(each.names());
        }
        // The last image of a name has it; the caller sees what is so in the end.
        images.replaceAll((id, image) -> workshop.catalog().image(id).orElse(image));
        var loaded = new ArrayList<Images.Loaded>();
        images.forEach((id, image) -> {
            Set<ImageName> given = names.getOrDefault(id, Set.of());
            loaded.add(new Images.Loaded(
                    image, image.tags().stream().filter(given::contains).toList()));
        });
        return loaded;
    }

    private Image add(Found found) {
        ConfigFile config = workshop.config(found.parsed());
        for (int i = 0; i < config.diffIds().size(); i++) {
            Descriptor layer = found.parsed().layers().get(i);
            Digest diffId = config.diffIds().get(i);
            lease.hold(diffId);
            if (workshop.layers().find(diffId).isEmpty()) {
                progress.update(diffId.shortHex(), "Loading layer", 0, layer.size());
                workshop.unpack(layer, diffId);
                progress.update(diffId.shortHex(), "Loading layer", layer.size(), layer.size());
            }
        }
        return workshop.add(found.manifest(), found.parsed(), config, List.copyOf(found.names()));
    }

    private List<Found> ociImages() {
        byte[] index = files.bytes(files.require("index.json"), ManifestFile.MAX_BYTES);
        if (!(ManifestFile.read(index, "") instanceof ManifestFile.Index top)) {
            throw new ImageException(Reason.MALFORMED, "the archive's index.json is not an index");
        }
        var found = new ArrayList<Found>();
        for (Descriptor each : top.manifests()) {
            if (!each.annotations().containsKey(REFERENCE_TYPE)) {
                found.add(ociImage(each, names(each)));
            }
        }
        if (files.has(DOCKER_FILE)) {
            for (Json image : dockerFile()) {
                Digest config = files.require(image.require("Config").text()).digest();
                found.stream()
                        .filter(each -> each.parsed().config().digest().equals(config))
                        .forEach(each -> each.names().addAll(tags(image)));
            }
        }
        return found;
    }

    private Found ociImage(Descriptor descriptor, Set<ImageName> names) {
        BlobStore.Stored stored = files.require(descriptor);
        byte[] bytes = files.bytes(stored, ManifestFile.MAX_BYTES);
        return switch (ManifestFile.read(bytes, descriptor.mediaType())) {
            case ManifestFile.Single single -> {
                files.require(single.config());
                single.layers().forEach(files::require);
                yield new Found(stored.digest(), single, names);
            }
            case ManifestFile.Index index ->
                ociImage(
                        Platform.host()
                                .choose(index.manifests())
                                .filter(chosen -> !chosen.mediaType().equals(ManifestFile.OCI_INDEX))
                                .filter(chosen -> !chosen.mediaType().equals(ManifestFile.DOCKER_INDEX))
                                .orElseThrow(() -> new ImageException(
                                        Reason.NOT_FOUND, "the archive has no image for " + Platform.host())),
                        names);
        };
    }

    /// containerd and Docker write the whole name; skopeo writes what it was given, which may be a tag alone.
    private static Set<ImageName> names(Descriptor descriptor) {
        var names = new LinkedHashSet<ImageName>();
        String whole = descriptor.annotations().getOrDefault(NAME, "");
        String reference = descriptor.annotations().getOrDefault(REF_NAME, "");
        if (!whole.isEmpty()) {
            names.add(name(whole));
        } else if (reference.indexOf(':') > 0 || reference.indexOf('/') > 0) {
            names.add(name(reference));
        }
        return names;
    }

    private List<Found> dockerImages() {
        var found = new ArrayList<Found>();
        for (Json image : dockerFile()) {
            String configName = image.require("Config").text();
            BlobStore.Stored config = files.require(configName);
            requireOwnName(configName, config.digest());
            var layers = new ArrayList<Descriptor>();
            for (String layer : image.texts("Layers")) {
                BlobStore.Stored stored = files.require(layer);
                layers.add(new Descriptor(layerType(stored.digest()), stored.digest(), stored.size()));
            }
            var manifest = new ManifestFile.Single(
                    ManifestFile.OCI_MANIFEST,
                    new Descriptor(ManifestFile.OCI_CONFIG, config.digest(), config.size()),
                    layers);
            // Read back, so that an archive's manifest keeps the rules a registry's has to.
            byte[] bytes = manifest.toJson();
            ManifestFile.read(bytes, ManifestFile.OCI_MANIFEST);
            Digest digest = workshop.blobs().add(bytes, lease).digest();
            found.add(new Found(digest, manifest, tags(image)));
        }
        return found;
    }

    private List<Json> dockerFile() {
        return Json.read(files.bytes(files.require(DOCKER_FILE), ManifestFile.MAX_BYTES), DOCKER_FILE)
                .list();
    }

    private static void requireOwnName(String name, Digest digest) {
        String bare = name.substring(name.lastIndexOf('/') + 1).replaceAll("\\.json$", "");
        if (bare.matches("[0-9a-f]{64}") && !bare.equals(digest.hex())) {
            throw new ImageException(
                    Reason.DIGEST_MISMATCH, "the archive's configuration " + Names.shown(name) + " is " + digest);
        }
    }

    private String layerType(Digest blob) {
        try (var content = new BufferedInputStream(workshop.blobs().open(blob))) {
            return layerType(Compression.of(content));
        } catch (IOException failure) {
            throw Failures.storage("reading blob " + blob, failure);
        }
    }

    /// The media type of a layer compressed so.
    static String layerType(Compression compression) {
        return switch (compression) {
            case NONE -> ManifestFile.OCI_LAYER;
            case GZIP -> ManifestFile.OCI_LAYER + "+gzip";
            case ZSTD -> ManifestFile.OCI_LAYER + "+zstd";
            case XZ, BZIP2 ->
                throw new ImageException(
                        Reason.MALFORMED, "a layer compressed with " + compression + ", which no image may have");
        };
    }

    private static Set<ImageName> tags(Json image) {
        var names = new LinkedHashSet<ImageName>();
        image.texts("RepoTags").forEach(tag -> names.add(name(tag)));
        return names;
    }

    private static ImageName name(String text) {
        try {
            ImageName name = ImageName.parse(text).withDefaultTag();
            return new ImageName(name.registry(), name.repository(), name.tag(), Optional.empty()).withDefaultTag();
        } catch (IllegalArgumentException wrong) {
            throw new ImageException(Reason.MALFORMED, "a name in the archive: " + wrong.getMessage(), wrong);
        }
    }
}
