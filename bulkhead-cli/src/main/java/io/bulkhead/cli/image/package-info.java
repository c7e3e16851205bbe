/// The verbs on images.
@NullMarked
package io.bulkhead.cli.image;

import org.jspecify.annotations.NullMarked;
