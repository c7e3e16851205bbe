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
                String spelling)
                implements Mount {
            public Bind {
                options = List.copyOf(options);
                requireTarget(target);
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
                String spelling)
                implements Mount {
            public Volume {
                driverOptions = Map.copyOf(driverOptions);
                labels = Map.copyOf(labels);
                requireTarget(target);
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
        }

        private static void requireTarget(String target) {
            if (!target.startsWith("/") || target.equals("/")) {
                throw new IllegalArgumentException("invalid mount path: '" + Names.shown(target)
                        + "' mount path must be absolute and not the root");
            }
        }
    }
}
