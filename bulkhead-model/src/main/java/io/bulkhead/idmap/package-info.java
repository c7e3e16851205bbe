/// User-namespace id maps: arithmetic on ranges, reading subid files, choosing free ranges. Start with [IdMap].
/// Nothing here reads files or calls the kernel; callers pass text in and get values out.
/// Overlap is refused in both directions (threat T-MAP-2): two containers must never share a host id by accident.
@NullMarked
package io.bulkhead.idmap;

import org.jspecify.annotations.NullMarked;
