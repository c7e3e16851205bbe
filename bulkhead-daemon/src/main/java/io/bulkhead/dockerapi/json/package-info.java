/// Reading and writing JSON strictly: start with [StrictJson] and [RequestBody]. A request is decoded once, here; what
/// has a second reading (duplicate keys, other spellings, trailing data, coerced types) is refused, because a checker
/// and an executor that read it differently were how authorization was bypassed before (CVE-2024-41110,
/// CVE-2026-34040).
@NullMarked
package io.bulkhead.dockerapi.json;

import org.jspecify.annotations.NullMarked;
