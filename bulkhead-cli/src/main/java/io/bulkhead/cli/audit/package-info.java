/// Bulkhead's own verbs: the audit record, and how tightly a container is held.
@NullMarked
package io.bulkhead.cli.audit;

import org.jspecify.annotations.NullMarked;
