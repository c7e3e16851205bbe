/// Copies of the audit record for other logs: journald, syslog, the kernel's audit log. Start with [Sinks]. The
/// record's
/// files are the queue: each sink remembers how far it has come and reads on from there, so that what could not be sent
/// is sent later, perhaps twice. Nothing here decides, and no operation waits for a sink.
@NullMarked
package io.bulkhead.sink;

import org.jspecify.annotations.NullMarked;
