/// Container networks: the bridge, addresses, NAT and published ports. Start with [Networks] and [BridgeNetworks];
/// [Rules] is what the packet filter is told, docs/decisions/0012-network-plumbing.md why it is done this way.
/// Nothing here writes a caller's text into a rule or a command: only numbers, addresses and ids that were parsed.
@NullMarked
package io.bulkhead.network;

import org.jspecify.annotations.NullMarked;
