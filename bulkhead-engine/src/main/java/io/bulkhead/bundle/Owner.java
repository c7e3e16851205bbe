package io.bulkhead.bundle;

import io.bulkhead.idmap.IdMap;
import io.bulkhead.idmap.IdMaps;
import java.util.Optional;

/// Host ids of a file's owner.
record Owner(long uid, long gid) {

    /// Who container root is on the host.
    static Owner ofRoot(Optional<IdMaps> maps) {
        return ofContainerIds(maps, 0, 0);
    }

    /// Who a pair of container ids is on the host; an id the container does not have becomes its root.
    static Owner ofContainerIds(Optional<IdMaps> maps, long uid, long gid) {
        return maps.map(ids -> new Owner(hostId(ids.users(), uid), hostId(ids.groups(), gid)))
                .orElse(new Owner(uid, gid));
    }

    private static long hostId(IdMap map, long id) {
        return map.hostId(id)
                .orElseGet(() -> map.hostId(0)
                        .orElseThrow(() -> new BundleException(
                                BundleException.Reason.UNSUPPORTED, "the container's id map has no id 0, its root")));
    }
}
