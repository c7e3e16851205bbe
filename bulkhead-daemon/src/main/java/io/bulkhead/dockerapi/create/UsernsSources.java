package io.bulkhead.dockerapi.create;

import io.bulkhead.idmap.IdMaps;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// What a mode is asked to take from elsewhere, looked at only when it is.
///
/// @param imageIds how many ids the image needs
/// @param subids those that a user of the host was given
record UsernsSources(LongSupplier imageIds, Function<String, IdMaps> subids) {

    /// For options among which there is no mode.
    static final UsernsSources NONE = new UsernsSources(
            () -> {
                throw new IllegalStateException("no image here");
            },
            _ -> {
                throw new IllegalStateException("no mode here");
            });
}
