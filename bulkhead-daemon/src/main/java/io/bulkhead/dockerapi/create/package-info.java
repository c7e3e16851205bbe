/// From the body of `POST /containers/create` to one [io.bulkhead.spec.ContainerSpec]: [CreateRequest] is the body,
/// [FieldRules] says what becomes of the fields it has no place for, and [SpecResolver] merges it with the image and
/// the
/// defaults as Docker does. Nothing is decided or executed here, and nothing of the request survives but the spec.
@NullMarked
package io.bulkhead.dockerapi.create;

import org.jspecify.annotations.NullMarked;
