/// `bulkhead seccomp show`, `explain` and `diff`: what system call policies do. Start with [PolicyWord]. What a
/// policy means is worked out by the daemon; here its answers are laid out.
@NullMarked
package io.bulkhead.cli.policy;

import org.jspecify.annotations.NullMarked;
