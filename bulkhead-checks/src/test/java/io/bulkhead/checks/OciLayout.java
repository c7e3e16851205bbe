package io.bulkhead.checks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// An OCI image layout (OCI image 1.1) with one image of one layer for each platform, for skopeo to push.
final class OciLayout {

    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final Path directory;
    private final List<String> manifests = new ArrayList<>();
    private String lastDigest = "";

    OciLayout(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /// @param tar the layer, not compressed
    OciLayout image(String architecture, Path tar) throws IOException {
        byte[] layer = Files.readAllBytes(tar);
        String config = """
                {"architecture":"%s","os":"linux","config":{"Cmd":["/bin/sh"],"Env":["ARCH=%s"]},\
                "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(architecture, architecture, digest(layer));
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + blob("application/vnd.oci.image.config.v1+json", bytes(config), "") + ",\"layers\":["
                + blob("application/vnd.oci.image.layer.v1.tar", layer, "") + "]}";
        lastDigest = digest(bytes(manifest));
        manifests.add(blob(
                MANIFEST,
                bytes(manifest),
                ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}"));
        return this;
    }

    /// One image as it is; several below an index.
    Path write() throws IOException {
        String index = index(manifests);
        if (manifests.size() > 1) {
            lastDigest = digest(bytes(index));
            index = index(List.of(blob("application/vnd.oci.image.index.v1+json", bytes(index), "")));
        }
        Files.writeString(directory.resolve("index.json"), index);
        return directory;
    }

    /// Of what a tag for this layout will name.
    String digest() {
        return lastDigest;
    }

    private static String index(List<String> descriptors) {
        return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + String.join(",", descriptors) + "]}";
    }

    private String blob(String mediaType, byte[] content, String more) throws IOException {
        String digest = digest(content);
        Files.write(directory.resolve("blobs/sha256").resolve(digest.substring("sha256:".length())), content);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length + more
                + "}";
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
