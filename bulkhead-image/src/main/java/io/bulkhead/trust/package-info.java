/// Which images may run: [TrustPolicy] decides and only it makes a [VerifiedImage].
@NullMarked
package io.bulkhead.trust;

import org.jspecify.annotations.NullMarked;
