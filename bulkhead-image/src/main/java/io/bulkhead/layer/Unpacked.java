package io.bulkhead.layer;

import io.bulkhead.name.Digest;

/// What became of a layer.
///
/// @param diffId the digest of the uncompressed tar
/// @param bytes of all files
/// @param opaqueRoot the layer hides everything below it; overlayfs has no mark for that on a layer's root
/// @param devices device nodes left out: in a user namespace nobody could open them, and without one somebody could
/// @param owners whom its files belong to
/// @param xattrs extended attributes left out: only `user.*` and file capabilities are taken
public record Unpacked(
        Digest diffId, long bytes, long entries, boolean opaqueRoot, FileOwners owners, int devices, int xattrs) {}
