package io.bulkhead.spec;

import io.bulkhead.name.Names;
import java.util.List;
import java.util.Map;

/// What is mounted besides the image.
public record StorageSpec(List<Mount> mounts) {

    public StorageSpec {
        mounts = List.copyOf(mounts);
    }

    public static StorageSpec none() {
        return new StorageSpec(List.of());
    }

    /// One mount; `target` is absolute inside the container.
    public sealed interface Mount {

        String target();

        boolean readOnly();

        /// Whose its files are, as the container sees them.
        MountOwners owners();

        /// A path of the host. `source` is resolved (links and `..`) when the spec is made and pinned again when it is
        /// mounted.
        ///
        /// @param spelling as written in `-v`, or empty when it came from `--mount`, for display
        /// @param options for example `rprivate`, `rshared`, `z`
        record Bind(
                String source,
                String target,
                boolean readOnly,
                List<String> options,
                boolean createSource,
                String spelling,
                MountOwners owners)
                implements Mount {
            public Bind {
                options = List.copyOf(options);
                requireTarget(target);
            }

            /// With owners as by default.
            public Bind(
                    String source,
                    String target,
                    boolean readOnly,
                    List<String> options,
                    boolean createSource,
                    String spelling) {
                this(source, target, readOnly, options, createSource, spelling, new MountOwners.Default());
            }

            public Bind with(MountOwners chosen) {
                return new Bind(source, target, readOnly, options, createSource, spelling, chosen);
            }
        }

        /// A volume of the engine.
        ///
        /// @param anonymous made for this container, removed with it by `rm -v` and `--rm`
        /// @param copyUp fill an empty volume from the image's directory at `target`
        record Volume(
                String name,
                String target,
                boolean readOnly,
                boolean anonymous,
                boolean copyUp,
                String driver,
                Map<String, String> driverOptions,
                Map<String, String> labels,
                String subpath,
                String spelling,
                MountOwners owners)
                implements Mount {
            public Volume {
                driverOptions = Map.copyOf(driverOptions);
                labels = Map.copyOf(labels);
                requireTarget(target);
            }

            /// With owners as by default.
            public Volume(
                    String name,
                    String target,
                    boolean readOnly,
                    boolean anonymous,
                    boolean copyUp,
                    String driver,
                    Map<String, String> driverOptions,
                    Map<String, String> labels,
                    String subpath,
                    String spelling) {
                this(
                        name,
                        target,
                        readOnly,
                        anonymous,
                        copyUp,
                        driver,
                        driverOptions,
                        labels,
                        subpath,
                        spelling,
                        new MountOwners.Default());
            }

            public Volume with(MountOwners chosen) {
                return new Volume(
                        name,
                        target,
                        readOnly,
                        anonymous,
                        copyUp,
                        driver,
                        driverOptions,
                        labels,
                        subpath,
                        spelling,
                        chosen);
            }
        }

        /// @param options as mount(8) writes them, for example `size=64m`, `mode=1777`
        record Tmpfs(String target, List<String> options, boolean fromTmpfsFlag) implements Mount {
            public Tmpfs {
                options = List.copyOf(options);
                requireTarget(target);
            }

            @Override
            public boolean readOnly() {
                return options.contains("ro");
            }

            /// It is new and the container's.
            @Override
            public MountOwners owners() {
                return new MountOwners.Default();
            }
        }

        private static void requireTarget(String target) {
            if (!target.startsWith("/") || target.equals("/")) {
                throw new IllegalArgumentException("invalid mount path: '" + Names.shown(target)
                        + "' mount path must be absolute and not the root");
            }
        }
    }
}
