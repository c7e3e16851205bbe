/// Verbs about system call policies.
@NullMarked
package io.bulkhead.cli.seccomp;

import org.jspecify.annotations.NullMarked;
