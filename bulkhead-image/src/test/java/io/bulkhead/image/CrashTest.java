package io.bulkhead.image;

import static io.bulkhead.image.StoreFixture.imported;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.ImageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a process that died, or a disk that lost a write, leaves behind.
class CrashTest {

    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void root() {
        StoreFixture.requireRoot();
        root = temp.resolve("images");
    }

    @Test
    void aTornImageRecordIsMadeAnew() throws IOException {
        Image image;
        try (ImageStore store = StoreFixture.open(root)) {
            image = imported(store, "one", "demo");
        }
        Path record = root.resolve("images/" + image.id().hex());
        byte[] whole = Files.readAllBytes(record);
        for (byte[] torn : List.of(new byte[0], Arrays.copyOf(whole, 40), Arrays.copyOf(whole, whole.length - 1))) {
            Files.write(record, torn);

            try (ImageStore store = StoreFixture.open(root)) {
                assertThat(store.find("demo")).contains(image);
                store.requireWhole(image);
            }
            assertThat(record).hasBinaryContent(whole);
        }
    }

    @Test
    void aTornNameIsPutAsideAndTheImageStays() throws IOException {
        Image image;
        try (ImageStore store = StoreFixture.open(root)) {
            image = imported(store, "one", "demo", "other");
        }
        try (Stream<Path> names = Files.list(root.resolve("names"))) {
            for (Path name : names.toList()) {
                if (Files.readString(name).contains("library/demo")) {
                    Files.write(name, new byte[] {0, 0, 0}, StandardOpenOption.TRUNCATE_EXISTING);
                }
            }
        }

        try (ImageStore store = StoreFixture.open(root)) {
            assertThat(store.find("demo")).isEmpty();
            assertThat(store.resolve("other").id()).isEqualTo(image.id());
            store.tag(image, ImageName.parse("demo"));
            assertThat(store.find("demo")).isPresent();
        }
        assertThat(StoreFixture.contents(root.resolve("names"))).anyMatch(name -> name.endsWith(".torn"));
    }

    @Test
    void aTornLayerRecordUnpacksTheLayerAgain() throws IOException {
        Image image;
        try (ImageStore store = StoreFixture.open(root)) {
            image = imported(store, "one", "demo");
        }
        String layer = image.layers().getFirst().diffId().hex();
        Files.write(root.resolve("layers/" + layer + "/layer.json"), new byte[10]);

        try (ImageStore store = StoreFixture.open(root)) {
            assertThat(store.layerDirectories(store.resolve("demo")).getFirst().resolve("etc/motd"))
                    .hasContent("one");
            assertThat(store.resolve("demo")).isEqualTo(image);
        }
    }

    @Test
    void leftoversAreSweptAndNothingElse() throws IOException {
        Image image;
        try (ImageStore store = StoreFixture.open(root)) {
            image = imported(store, "one", "demo");
        }
        var before = StoreFixture.contents(root);
        Files.createDirectories(root.resolve("temp/layer-x/fs/usr/bin"));
        Files.writeString(root.resolve("temp/blob-x"), "half");
        Files.writeString(root.resolve("blobs/sha256/" + "0".repeat(64)), "nobody's");
        Files.createDirectories(root.resolve("layers/" + "1".repeat(64) + "/fs"));

        try (ImageStore store = StoreFixture.open(root)) {
            store.requireWhole(image);
        }

        assertThat(StoreFixture.contents(root)).isEqualTo(before);
    }

    @Test
    void aSecondProcessIsKeptOut() {
        try (ImageStore _ = StoreFixture.open(root)) {
            assertThat(catchThrowableOfType(ImageException.class, () -> StoreFixture.open(root)))
                    .hasMessageContaining("is open in another process")
                    .extracting(ImageException::reason)
                    .isEqualTo(Reason.STORAGE);
        }
    }

    /// Begins, in a process of its own, to change the store without end. The parent kills it somewhere in between.
    static final class Restless {

        private Restless() {}

        public static void main(String[] arguments) {
            var random = new Random();
            try (ImageStore store = StoreFixture.open(Path.of(arguments[0]))) {
                byte[] archive = StoreFixture.saved(store, "kept");
                for (int i = 0; true; i++) {
                    imported(store, "image " + random.nextInt(1000), "busy:" + i % 3);
                    StoreFixture.loaded(store, archive);
                    store.remove("busy:" + i % 3, true, true, _ -> false);
                    if (i == 0) {
                        System.out.println("busy");
                    }
                }
            }
        }
    }

    @Test
    @Timeout(180)
    void killedAtAnyInstantTheStoreIsWhole() throws Exception {
        long seed = System.nanoTime();
        System.out.println("CrashTest seed " + seed);
        var random = new Random(seed);
        Image kept;
        try (ImageStore store = StoreFixture.open(root)) {
            kept = imported(store, "kept", "kept");
        }
        for (int i = 0; i < 8; i++) {
            killBusyProcess(random.nextInt(150));

            try (ImageStore store = StoreFixture.open(root)) {
                assertThat(store.resolve("kept")).as("seed " + seed).isEqualTo(kept);
                for (Image image : store.all()) {
                    store.requireWhole(image);
                    assertThat(store.layerDirectories(image).getFirst().resolve("motd"))
                            .exists();
                }
                assertThat(StoreFixture.contents(root.resolve("temp"))).isEmpty();
                store.prune(true, image -> !image.id().equals(kept.id()), _ -> false);
                assertThat(StoreFixture.contents(root.resolve("layers"))).hasSize(3);
                assertThat(StoreFixture.contents(root.resolve("blobs/sha256"))).hasSize(3);
            }
        }
    }

    private void killBusyProcess(int afterMillis) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Restless.class.getName(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("busy");
            Thread.sleep(afterMillis);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
