/// The OCI distribution protocol as a client. Start with [RegistryClient].
///
/// A registry is believed in nothing: what it sends is bounded in size and time, digests are parsed before they are
/// used and computed before they are believed, and its redirects and challenges cannot lead credentials elsewhere.
/// HTTPS only, certificates always verified, credentials in no message.
@NullMarked
package io.bulkhead.registry;

import org.jspecify.annotations.NullMarked;
