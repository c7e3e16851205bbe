/// Container networks: bridges, addresses, NAT and published ports, with `ip` and `nft` doing the plumbing.
@NullMarked
package io.bulkhead.network;

import org.jspecify.annotations.NullMarked;
