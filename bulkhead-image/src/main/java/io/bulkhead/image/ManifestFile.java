package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// A manifest: either one image or an index of several, never both. A document that could be read as both is refused,
/// because two readers would run two different images under one digest (CVE-2021-41190).
sealed interface ManifestFile {

    String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

    /// The limit registries have.
    int MAX_BYTES = 4 << 20;

    /// overlayfs takes 500; Docker makes 125.
    int MAX_LAYERS = 500;

    /// @param layers bottom first
    record Single(String mediaType, Descriptor config, List<Descriptor> layers) implements ManifestFile {
        public Single {
            layers = List.copyOf(layers);
        }

        byte[] toJson() {
            var json = new LinkedHashMap<String, Object>();
            json.put("schemaVersion", 2);
            json.put("mediaType", mediaType);
            json.put("config", config.toJson());
            json.put("layers", layers.stream().map(Descriptor::toJson).toList());
            return Json.write(json);
        }
    }

    record Index(List<Descriptor> manifests) implements ManifestFile {
        public Index {
            manifests = List.copyOf(manifests);
        }
    }

    /// @param declared the media type somebody else gave it; empty if nobody did
    static ManifestFile read(byte[] bytes, String declared) {
        if (bytes.length > MAX_BYTES) {
            throw new ImageException(
                    Reason.TOO_LARGE, "a manifest of " + bytes.length + " bytes, at most " + MAX_BYTES);
        }
        Json json = Json.read(bytes, "manifest").requireObject();
        boolean index = json.has("manifests");
        boolean single = json.has("config") || json.has("layers");
        if (index == single || json.has("fsLayers") || json.has("history")) {
            throw new ImageException(
                    Reason.MALFORMED,
                    index ? "a manifest that is an index as well (CVE-2021-41190)" : "neither a manifest nor an index");
        }
        String type = type(declared, json.text("mediaType"), index ? OCI_INDEX : OCI_MANIFEST);
        return index ? index(json, type) : single(json, type);
    }

    private static String type(String declared, String own, String fallback) {
        String outer = declared.replaceAll(";.*", "").strip();
        if (outer.equals("application/json") || outer.equals("application/octet-stream")) {
            outer = "";
        }
        if (!outer.isEmpty() && !own.isEmpty() && !outer.equals(own)) {
            throw new ImageException(
                    Reason.MALFORMED,
                    "a manifest that calls itself `" + Names.shown(own) + "` and is called `" + Names.shown(outer)
                            + "`");
        }
        return outer.isEmpty() ? own.isEmpty() ? fallback : own : outer;
    }

    private static ManifestFile index(Json json, String type) {
        requireType(type, OCI_INDEX, DOCKER_INDEX);
        return new Index(json.list("manifests").stream().map(Descriptor::read).toList());
    }

    private static ManifestFile single(Json json, String type) {
        requireType(type, OCI_MANIFEST, DOCKER_MANIFEST);
        Descriptor config = Descriptor.read(json.require("config"));
        requireType(config.mediaType(), OCI_CONFIG, DOCKER_CONFIG);
        var layers = new ArrayList<Descriptor>();
        for (Json each : json.list("layers")) {
            Descriptor layer = Descriptor.read(each);
            requireLayer(layer.mediaType());
            layers.add(layer);
        }
        if (layers.size() > MAX_LAYERS) {
            throw new ImageException(Reason.TOO_LARGE, layers.size() + " layers, at most " + MAX_LAYERS);
        }
        return new Single(type, config, layers);
    }

    private static void requireType(String type, String oci, String docker) {
        if (!type.equals(oci) && !type.equals(docker)) {
            throw new ImageException(
                    Reason.MALFORMED, "media type `" + Names.shown(type) + "` where an image has `" + oci + "`");
        }
    }

    /// Foreign layers are fetched from addresses the manifest names, which is a way to make the engine fetch anything.
    private static void requireLayer(String type) {
        boolean known = type.startsWith(OCI_LAYER) || type.startsWith(DOCKER_LAYER);
        String rest = type.replace(OCI_LAYER, "").replace(DOCKER_LAYER, "");
        if (!known || !List.of("", "+gzip", "+zstd", ".gzip", ".zstd").contains(rest)) {
            throw new ImageException(
                    Reason.MALFORMED, "a layer of media type `" + Names.shown(type) + "` is not taken");
        }
    }
}
