/// Id ranges that several hosts agree on: the same container has the same ids on each of them, and no two containers
/// have the same. For shared storage that has no idmapped mounts, such as NFS, where the numbers on the files are all
/// there is.
@NullMarked
package io.bulkhead.idregistry;

import org.jspecify.annotations.NullMarked;
