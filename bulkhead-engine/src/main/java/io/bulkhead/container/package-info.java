/// Containers and their life: start with [Containers]. Every method that changes or reads one takes the proof that it
/// was
/// allowed; creating one takes the proof that its image may run. Must never start a process by any other way.
@NullMarked
package io.bulkhead.container;

import org.jspecify.annotations.NullMarked;
