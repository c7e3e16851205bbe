/// What a container is to be, completely resolved: start with [ContainerSpec] and [Privileges], which computes the
/// powers a spec asks for. The object decided on is the object executed; there is no second description.
@NullMarked
package io.bulkhead.spec;

import org.jspecify.annotations.NullMarked;
