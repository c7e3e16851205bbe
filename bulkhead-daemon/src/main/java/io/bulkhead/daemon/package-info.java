/// The process: options, configuration, log, socket, start and shutdown. Start with [Main]; the parts of the engine
/// are put together in [Wiring] and nowhere else.
@NullMarked
package io.bulkhead.daemon;

import org.jspecify.annotations.NullMarked;
