/// The verbs of bearer tokens. A token's secret is printed once, by [CreateVerb].
@NullMarked
package io.bulkhead.cli.token;

import org.jspecify.annotations.NullMarked;
