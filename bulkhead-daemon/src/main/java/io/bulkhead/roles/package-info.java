/// The administrator's file of roles: read, with the line of every mistake, and read again when it changes. Starts with
/// [RolesFile].
@NullMarked
package io.bulkhead.roles;

import org.jspecify.annotations.NullMarked;
