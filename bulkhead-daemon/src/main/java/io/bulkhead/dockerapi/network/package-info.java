/// Routes about networks.
@NullMarked
package io.bulkhead.dockerapi.network;

import org.jspecify.annotations.NullMarked;
