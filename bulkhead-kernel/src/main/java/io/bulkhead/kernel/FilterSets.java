package io.bulkhead.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Elements of the sets and maps of nftables, put in and taken out without starting a program. Tables, sets and rules
/// are `nft`'s business: their encoding is large and changes, that of an element is neither.
public final class FilterSets {

    private static final int MESSAGE_PER_ELEMENT = 384;
    private static final int ELEMENTS_AT_ONCE = 200;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_CREATE = 0x400;
    private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    private static final int NFNL_MSG_BATCH_END = 0x11;
    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFT_MSG_NEWSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 12;
    private static final int NFT_MSG_DELSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 14;
    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_DATA = 2;
    private static final int NFTA_SET_ELEM_USERDATA = 6;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int LONGEST_COMMENT = 127;

    private FilterSets() {}

    public enum Family {
        INET(1),
        BRIDGE(7);

        private final int number;

        Family(int number) {
            this.number = number;
        }
    }

    /// @param key the parts of a concatenated key follow each other, each padded to four bytes at its end
    /// @param data what a map holds for the key, put together in the same way; empty in a set
    /// @param comment as `nft list` shows it
    public record Element(Family family, String table, String set, byte[] key, byte[] data, String comment) {}

    /// Puts elements in; those that are there already stay.
    /// @throws KernelException (ENOENT) if there is no such table or set, (EEXIST) if a key has other data
    public static void add(Optional<Fd> host, List<Element> elements) {
        inBatches(host, elements, false);
    }

    /// Takes elements out, whether they are there or not.
    /// @throws KernelException as [#add] does
    public static void remove(Optional<Fd> host, List<Element> elements) {
        inBatches(host, elements, true);
    }

    /// Each batch is one transaction. One that deletes adds first, since deleting what is not there is an error.
    private static void inBatches(Optional<Fd> host, List<Element> elements, boolean delete) {
        try (var netlink = Netlink.in(host, Netlink.NETFILTER)) {
            for (int from = 0; from < elements.size(); from += ELEMENTS_AT_ONCE) {
                var batch = elements.subList(from, Math.min(elements.size(), from + ELEMENTS_AT_ONCE));
                netlink.request(batch(batch, delete), "change the packet filter's sets");
            }
        }
    }

    private static NetlinkMessage batch(List<Element> elements, boolean delete) {
        var message = new NetlinkMessage((2 * elements.size() + 1) * MESSAGE_PER_ELEMENT);
        message.begin(NFNL_MSG_BATCH_BEGIN, 0).fixed(general(0, NFNL_SUBSYS_NFTABLES));
        for (int i = 0; i < elements.size(); i++) {
            // errors are reported without asking; one acknowledgement tells that all went well
            int acknowledge = i == elements.size() - 1 ? NLM_F_ACK : 0;
            message.begin(NFT_MSG_NEWSETELEM, NLM_F_CREATE | (delete ? 0 : acknowledge));
            put(message, elements.get(i));
            if (delete) {
                message.begin(NFT_MSG_DELSETELEM, acknowledge);
                put(message, elements.get(i));
            }
        }
        return message.begin(NFNL_MSG_BATCH_END, 0).fixed(general(0, NFNL_SUBSYS_NFTABLES));
    }

    private static void put(NetlinkMessage message, Element element) {
        message.fixed(general(element.family().number, 0))
                .attribute(NFTA_SET_ELEM_LIST_TABLE, element.table())
                .attribute(NFTA_SET_ELEM_LIST_SET, element.set())
                .nest(
                        NFTA_SET_ELEM_LIST_ELEMENTS,
                        () -> message.nest(NFTA_LIST_ELEM, () -> {
                            message.nest(NFTA_SET_ELEM_KEY, () -> message.attribute(NFTA_DATA_VALUE, element.key()));
                            if (element.data().length > 0) {
                                message.nest(
                                        NFTA_SET_ELEM_DATA, () -> message.attribute(NFTA_DATA_VALUE, element.data()));
                            }
                            message.attribute(NFTA_SET_ELEM_USERDATA, comment(element.comment()));
                        }));
    }

    /// struct nfgenmsg; the resource id is in network order.
    private static byte[] general(int family, int resource) {
        return new byte[] {(byte) family, 0, (byte) (resource >> 8), (byte) resource};
    }

    /// As `nft` keeps it: type 0, length, the text with its NUL.
    private static byte[] comment(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > LONGEST_COMMENT) {
            throw new IllegalArgumentException("a comment has at most " + LONGEST_COMMENT + " characters");
        }
        return ByteBuffer.allocate(bytes.length + 3)
                .put((byte) 0)
                .put((byte) (bytes.length + 1))
                .put(bytes)
                .array();
    }
}
