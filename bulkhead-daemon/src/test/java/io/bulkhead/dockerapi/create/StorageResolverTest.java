package io.bulkhead.dockerapi.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Privilege;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;
import io.bulkhead.spec.StorageSpec.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageResolverTest {

    private final Fixtures fixtures = new Fixtures();

    @TempDir
    Path directory;

    private List<Mount> binds(String line) {
        return fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"" + line + "\"]}}")
                .storage()
                .mounts();
    }

    @Test
    void whatTheClientSendsForEveryKindOfMountArrives() throws IOException {
        fixtures.addContainer("other", fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"/etc:/from:rw\"]}}"));

        List<Mount> mounts =
                fixtures.resolve(Fixtures.captured("volumes")).storage().mounts();

        assertThat(mounts)
                .map(Mount::target)
                .containsExactly("/from", "/data", "/v", "/e", "/v2", "/t2", "/t", "/anon");
        assertThat(mounts.get(0)).isEqualTo(new Mount.Bind("/etc", "/from", true, List.of(), false, ""));
        assertThat(mounts.get(3)).isEqualTo(new Mount.Bind("/etc", "/e", true, List.of("rslave"), false, ""));
        assertThat(((Mount.Volume) mounts.get(2)).copyUp()).isFalse();
        assertThat(((Mount.Volume) mounts.get(4)).labels()).containsEntry("a", "b");
        assertThat(((Mount.Tmpfs) mounts.get(5)).options())
                .containsExactly("size=1048576", "mode=700", "nosuid", "nodev", "noexec");
        assertThat(((Mount.Tmpfs) mounts.get(6)).options())
                .containsExactly("size=1m", "mode=1777", "nosuid", "nodev", "noexec");
        assertThat(((Mount.Volume) mounts.get(7)).anonymous()).isTrue();
    }

    @Test
    void theDecisionIsAboutWhatALinkLeadsTo() throws IOException {
        Path secret = Files.createDirectory(directory.resolve("secret"));
        Path link = Files.createSymbolicLink(directory.resolve("harmless"), secret);

        ContainerSpec spec = fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"" + link + "/../harmless:/x:ro\"]}}");

        assertThat(Privileges.of(spec))
                .containsExactly(new Privilege.HostPath(secret.toRealPath().toString(), true));
    }

    @Test
    void aMissingSourceIsMadeForBindsAndRefusedForMounts() throws IOException {
        Path missing = directory.resolve("a/b");

        Mount.Bind bind = (Mount.Bind) binds(missing + ":/x").getFirst();

        assertThat(bind.source()).isEqualTo(directory.toRealPath() + "/a/b");
        assertThat(bind.createSource()).isTrue();
        assertThat(missing).doesNotExist();
        assertThatThrownBy(() -> fixtures.resolve("{\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\""
                        + missing + "\",\"Target\":\"/x\"}]}}"))
                .hasMessageContaining("bind source path does not exist");
    }

    @Test
    void aMissingSourceBehindALinkOrAFileOrGoingUpIsRefused() throws IOException {
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("/nowhere/at/all"));
        Files.createFile(directory.resolve("file"));

        for (String path : List.of("dangling", "dangling/x", "file/x", "new/../../x")) {
            assertThatThrownBy(() -> binds(directory + "/" + path + ":/x"))
                    .as(path)
                    .hasMessageContaining("it goes ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a:/b:/c:/d | invalid volume specification",
                "/a: | invalid volume specification",
                ":/a | invalid volume specification",
                "/a:/b:ro,rw | contradict",
                "/a:/b:z,Z | contradict",
                "/a:/b:nonsense | invalid mode",
                "/a:/b: | invalid volume specification",
                "/a:/b:nocopy | nocopy is for volumes",
                "/a:/b:rshared | never reach the host",
                "/a:/b:U | not supported yet",
                "vol:/b:rslave | invalid mode",
                "./a:/b | includes invalid characters",
                "a/b:/b | includes invalid characters",
                "..:/b | includes invalid characters",
                "/a:b | must be absolute",
                "/a:/ | destination can't be '/'",
                "/a:/x/.. | destination can't be '/'",
                "/a:/proc | nothing may be mounted over",
                "/a:/proc/sys | nothing may be mounted over",
                "/a:/x/../sys | nothing may be mounted over",
            })
    void aBindThatIsNotUnderstoodIsRefused(String line, String problem) {
        assertThatThrownBy(() -> binds(line)).hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'Mounts':[{'Type':'npipe','Target':'/x'}] | it is bind, volume or tmpfs",
                "'Mounts':[{'Type':'bind','Target':'/x'}] | Source must not be empty",
                "'Mounts':[{'Type':'bind','Source':'etc','Target':'/x'}] | must be absolute",
                "'Mounts':[{'Type':'tmpfs','Source':'/etc','Target':'/x'}] | Source must not be specified",
                "'Mounts':[{'Type':'tmpfs','Target':'/x','BindOptions':{}}] | options of another type",
                "'Mounts':[{'Type':'bind','Source':'/etc','Target':'/x','BindOptions':{'Propagation':'shared'}}] | never reach",
                "'Mounts':[{'Type':'volume','Source':'../x','Target':'/x'}] | includes invalid characters",
                "'Mounts':[{'Type':'volume','Target':'/x','VolumeOptions':{'Subpath':'../x'}}] | without '..'",
                "'Mounts':[{'Type':'volume','Target':'/x','VolumeOptions':{'DriverConfig':{'Name':'nfs'}}}] | only 'local'",
                "'Tmpfs':{'/x':'size=1m,context=a'} | invalid tmpfs option",
                "'Tmpfs':{'/x':'mode=9'} | invalid tmpfs option",
                "'Tmpfs':{'/x':''},'Binds':['/etc:/x/'] | Duplicate mount point: /x",
                "'VolumesFrom':['nobody'] | No such container: nobody",
                "'VolumesFrom':['a:rx'] | invalid mode",
            })
    void aMountThatIsNotUnderstoodIsRefused(String field, String problem) {
        assertThatThrownBy(() -> fixtures.resolve("{\"HostConfig\":{" + field.replace('\'', '"') + "}}"))
                .hasMessageContaining(problem);
    }

    /// CVE-2022-23648.
    @ParameterizedTest
    @ValueSource(strings = {"/../../../../etc", "../../etc", "/data/../../etc", "/./etc//"})
    void aVolumeOfTheImageStaysInside(String path) {
        fixtures.config = withVolumes(path);

        Mount mount = fixtures.resolve("{}").storage().mounts().getFirst();

        assertThat(mount).isInstanceOfSatisfying(Mount.Volume.class, volume -> {
            assertThat(volume.target()).isEqualTo("/etc");
            assertThat(volume.anonymous()).isTrue();
            assertThat(volume.name()).matches("[0-9a-f]{64}");
        });
    }

    @Test
    void aMountOfTheCallerTakesThePlaceOfTheImagesVolume() {
        fixtures.config = withVolumes("/data");

        assertThat(binds("mine:/data"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Mount.Volume.class, v -> assertThat(v.name()).isEqualTo("mine"));
    }

    @Test
    void aVolumeThatWasMadeOfAHostPathIsThatHostPathsPrivilege() {
        fixtures.addVolume("trap", Map.of("o", "bind", "device", "/etc"));

        ContainerSpec spec = fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"trap:/x\"]}}");

        assertThat(Privileges.of(spec)).containsExactly(new Privilege.VolumeBind("/etc"));
    }

    private static ImageConfig withVolumes(String volume) {
        return new ImageConfig(
                "amd64",
                "linux",
                "",
                "",
                "",
                List.of(),
                List.of(),
                List.of("sh"),
                "",
                Map.of(),
                List.of(),
                List.of(volume),
                "",
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                List.of());
    }
}
