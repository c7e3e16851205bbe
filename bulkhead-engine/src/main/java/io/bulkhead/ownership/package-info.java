/// Changes who owns the files of a tree, for the mount option `U` and for volumes on file systems without idmapped
/// mounts. Start with [Ownership]; what is changed is an [OwnerRule] over a [ChangeableTree].
///
/// Who changes owners as root is a gift to whoever holds the tree: nothing here follows a link, crosses a mount,
/// trusts a name twice, or touches a file that has names outside the tree. What a file's owner was is on disk
/// before it is changed.
@NullMarked
package io.bulkhead.ownership;

import org.jspecify.annotations.NullMarked;
