/// The `bulkhead` command. [Main] finds the verb that was asked for among [Verbs] and makes that one only; each verb is
/// a class of the packages below, with its options as fields that picocli fills in.
///
/// It runs as the user and decides nothing: what is allowed is the daemon's business.
@NullMarked
package io.bulkhead.cli;

import org.jspecify.annotations.NullMarked;
