package io.bulkhead.dockerapi.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.access.Privilege;
import io.bulkhead.image.ImageConfig;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.MountOwners;
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

    @ParameterizedTest
    @CsvSource({
        "U, U",
        "chown, U",
        "idmap, idmap",
        "noidmap, noidmap",
        "idmap=uids=0-1000-10;gids=0-1000-10, idmap=uids=0-1000-10;gids=0-1000-10",
        "idmap=uids=@5-0-1#@9-1-2, idmap=uids=@5-0-1#@9-1-2",
        "idmap=squash:1000, idmap=squash:1000:1000",
        "idmap=squash:1000:100, idmap=squash:1000:100",
        "idmap=squash-1000-100, idmap=squash:1000:100"
    })
    void whoseFilesAreIsAFieldOfTheMount(String option, String spelling) {
        String line = "/srv:/b:ro," + option;
        String mount = "{\"Type\":\"bind\",\"Source\":\"/srv\",\"Target\":\"/b\",\"Owners\":\"" + option + "\"}";

        Mount bind = binds(line).getFirst();
        Mount volume = binds("vol:/b:" + option).getFirst();
        Mount object = fixtures.resolve("{\"HostConfig\":{\"Mounts\":[" + mount + "]}}")
                .storage()
                .mounts()
                .getFirst();

        assertThat(bind.owners().spelling()).isEqualTo(spelling);
        assertThat(bind.readOnly()).isTrue();
        assertThat(((Mount.Bind) bind).options()).isEmpty();
        assertThat(volume.owners()).isEqualTo(bind.owners());
        assertThat(object.owners()).isEqualTo(bind.owners());
        assertThat(io.bulkhead.spec.MountOwners.parse(spelling)).isEqualTo(bind.owners());
    }

    @Test
    void mappingATreeOfTheHostIsAPrivilegeOfItsOwnAndChangingOwnersIsWriting() {
        assertThat(privileges("/etc:/b")).containsExactly(new Privilege.HostPath("/etc", false));
        assertThat(privileges("/etc:/b:noidmap")).containsExactly(new Privilege.HostPath("/etc", false));
        assertThat(privileges("/etc:/b:ro,idmap"))
                .containsExactlyInAnyOrder(new Privilege.HostPath("/etc", true), new Privilege.MappedHostTree("/etc"));
        assertThat(privileges("/etc:/b:idmap=squash:5")).contains(new Privilege.MappedHostTree("/etc"));
        assertThat(privileges("/etc:/b:idmap=uids=0-1-1")).contains(new Privilege.MappedHostTree("/etc"));
        assertThat(privileges("/srv:/b:idmap")).containsExactly(new Privilege.HostPath("/srv", false));
        assertThat(privileges("/srv:/b:ro,U")).containsExactly(new Privilege.HostPath("/srv", false));
    }

    private java.util.Set<Privilege> privileges(String line) {
        return Privileges.of(fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"" + line + "\"]}}"));
    }

    @Test
    void anotherContainersChangeOfOwnersIsNotInherited() {
        fixtures.addContainer("other", fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"/srv:/from:U\"]}}"));

        Mount inherited = fixtures.resolve("{\"HostConfig\":{\"VolumesFrom\":[\"other\"]}}")
                .storage()
                .mounts()
                .getFirst();

        assertThat(inherited.owners().spelling()).isEqualTo("noidmap");
    }

    /// Its files belong to ids inside, which every container is shown as they are.
    @Test
    void aVolumeWhoseOwnersAnotherContainerChangesIsInheritedAsAnyOther() {
        fixtures.addContainer("other", fixtures.resolve("{\"HostConfig\":{\"Binds\":[\"vol:/from:U\"]}}"));

        Mount inherited = fixtures.resolve("{\"HostConfig\":{\"VolumesFrom\":[\"other\"]}}")
                .storage()
                .mounts()
                .getFirst();

        assertThat(inherited.owners()).isEqualTo(new MountOwners.Default());
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
                "/a:/b:U,idmap | contradict",
                "/a:/b:idmap,noidmap | contradict",
                "/a:/b:idmap= | it is uids=FROM-TO-COUNT",
                "/a:/b:idmap=uids=0-1 | is not FROM-TO-COUNT",
                "/a:/b:idmap=uids=x-1-1 | is no id",
                "/a:/b:idmap=uids=0-0-0 | is empty",
                "/a:/b:idmap=uids=0-10-5#3-20-5 | two lines reach container id 3",
                "/a:/b:idmap=uids=0-10-5#20-12-5 | two lines reach host id 12",
                "/a:/b:idmap=uids=0-10-5#@20-30-5 | before every triplet",
                "/a:/b:idmap=uids=+0-10-5 | there is no `+`",
                "/a:/b:idmap=uids=0-1-1;uids=0-1-1 | it is uids=",
                "/a:/b:idmap=squash | squash:UID",
                "/a:/b:idmap=squash:0 | no unprivileged id",
                "/a:/b:idmap=squash:1:0 | no unprivileged id",
                "/a:/b:idmap=squash:1:2:3 | squash:UID",
                "/a:/b:ro:squash:1 | invalid volume specification",
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
