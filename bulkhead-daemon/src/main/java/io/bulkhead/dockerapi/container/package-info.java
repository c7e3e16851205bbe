/// The routes of containers and execs: start with [ContainerRoutes]. Each resolves the container, asks the gate once
/// with the privileges that what it does takes, and only then reads or changes anything.
@NullMarked
package io.bulkhead.dockerapi.container;

import org.jspecify.annotations.NullMarked;
