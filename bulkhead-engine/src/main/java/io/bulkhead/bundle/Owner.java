package io.bulkhead.bundle;

import io.bulkhead.idmap.IdMap;
import java.util.Optional;

/// Host ids of a file's owner.
record Owner(long uid, long gid) {

    /// Who container root is on the host.
    static Owner ofRoot(Optional<IdMap> map) {
        return ofContainerIds(map, 0, 0);
    }

    /// Who a pair of container ids is on the host; an id the container does not have becomes its root.
    static Owner ofContainerIds(Optional<IdMap> map, long uid, long gid) {
        return map.map(ids -> new Owner(hostId(ids, uid), hostId(ids, gid))).orElse(new Owner(uid, gid));
    }

    private static long hostId(IdMap map, long id) {
        return map.hostId(id)
                .orElseGet(() -> map.hostId(0)
                        .orElseThrow(() -> new BundleException(
                                BundleException.Reason.UNSUPPORTED, "the container's id map has no id 0, its root")));
    }
}
