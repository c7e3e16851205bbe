/// Who may do what: [Caller], [Operation], [Privilege] and the [Authorizer] that alone can make an [Allowed].
/// Must never decide on raw request bytes, URLs or JSON: only on resolved values.
@NullMarked
package io.bulkhead.access;

import org.jspecify.annotations.NullMarked;
