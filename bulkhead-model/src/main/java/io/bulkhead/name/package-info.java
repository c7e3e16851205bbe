/// Names as people and registries write them: images, digests, container ids and names. Start with [ImageName] and
/// [Digest]. Parsing is strict and happens once, at the edge; a name that exists is valid.
@NullMarked
package io.bulkhead.name;

import org.jspecify.annotations.NullMarked;
