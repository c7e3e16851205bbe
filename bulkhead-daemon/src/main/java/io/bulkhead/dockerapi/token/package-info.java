/// The routes of bearer tokens. Start with [TokenRoutes]. A token's secret is in one answer and nowhere else.
@NullMarked
package io.bulkhead.dockerapi.token;

import org.jspecify.annotations.NullMarked;
