/// The chain of the audit record as values: what a line owes to the one before it, what a checkpoint signs, and the
/// [ChainCheck] that says which record was changed, removed, put in or moved. Used by the engine, which writes the
/// record, and by the command line, which checks a copy of it anywhere. Nothing here reads files or JSON.
@NullMarked
package io.bulkhead.chain;

import org.jspecify.annotations.NullMarked;
