/// Turns a spec into what the OCI runtime reads: root file system mounts and `config.json`.
@NullMarked
package io.bulkhead.bundle;

import org.jspecify.annotations.NullMarked;
