/// The verbs on networks.
@NullMarked
package io.bulkhead.cli.network;

import org.jspecify.annotations.NullMarked;
