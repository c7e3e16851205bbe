/// SELinux labels as values. Nothing here asks the kernel whether SELinux is on.
@NullMarked
package io.bulkhead.selinux;

import org.jspecify.annotations.NullMarked;
