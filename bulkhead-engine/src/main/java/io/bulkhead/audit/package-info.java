/// The record of who asked for what, and the [Gate] every request passes: it decides, writes the record, and only then
/// hands out the proof. If the record cannot be written, nothing happens.
@NullMarked
package io.bulkhead.audit;

import org.jspecify.annotations.NullMarked;
