/// The OCI distribution protocol as a client: HTTPS only, digests checked, credentials never logged.
@NullMarked
package io.bulkhead.registry;

import org.jspecify.annotations.NullMarked;
