/// The options of `run` and `create`, and the request body the stock client would send for them.
/// Start with [CreateOptions] and [CreateBody]. Whether something is allowed is the daemon's business alone.
@NullMarked
package io.bulkhead.cli.create;

import org.jspecify.annotations.NullMarked;
