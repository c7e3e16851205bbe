package io.bulkhead.kernel;

import io.bulkhead.idmap.IdRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Rules of the kernel's audit exclude filter that keep refused system calls of one range of users from being
/// recorded (linux/audit.h; `auditctl -a exclude,always -F msgtype=SECCOMP -F uid>=N -F uid<=N` would make the
/// same). They hold whether or not auditing is enabled, until they are taken back or the machine restarts. Needs
/// CAP_AUDIT_CONTROL.
public final class AuditRules {

    private static final int AUDIT_ADD_RULE = 1011;
    private static final int AUDIT_DEL_RULE = 1012;
    private static final int AUDIT_LIST_RULES = 1013;
    private static final int AUDIT_SECCOMP = 1326;
    private static final int AUDIT_FILTER_EXCLUDE = 5;
    private static final int AUDIT_ALWAYS = 2;
    private static final int AUDIT_UID = 1;
    private static final int AUDIT_MSGTYPE = 12;
    private static final int EQUAL = 0x4000_0000;
    private static final int AT_LEAST = 0x6000_0000;
    private static final int AT_MOST = 0x5000_0000;

    /// `struct audit_rule_data`: three words, then four tables of 64 words, then the length of the text after it.
    private static final int TABLE = 64;

    private static final int RULE = (3 + 4 * TABLE + 1) * Integer.BYTES;
    private static final int FIELDS = (3 + TABLE) * Integer.BYTES;
    private static final int VALUES = FIELDS + TABLE * Integer.BYTES;
    private static final int OPERATORS = VALUES + TABLE * Integer.BYTES;

    private static final int ACK = 4;
    private static final int NETLINK_HEADER = 16;

    private AuditRules() {}

    /// No refused call of these users is recorded from now on.
    ///
    /// @throws KernelException EEXIST if they are muted already, EPERM without CAP_AUDIT_CONTROL or where the
    ///     rules are locked (`auditctl -e 2`)
    public static void mute(IdRange users) {
        change(AUDIT_ADD_RULE, users, "mute " + users);
    }

    /// @throws KernelException ENOENT if they are not muted
    public static void unmute(IdRange users) {
        change(AUDIT_DEL_RULE, users, "unmute " + users);
    }

    private static void change(int type, IdRange users, String what) {
        try (var netlink = Netlink.in(Optional.empty(), Netlink.AUDIT)) {
            netlink.request(
                    new NetlinkMessage(NETLINK_HEADER + RULE).begin(type, ACK).fixed(rule(users)), what);
        }
    }

    /// The ranges that are muted by rules of exactly this form, whoever made them.
    public static List<IdRange> muted() {
        try (var netlink = Netlink.in(Optional.empty(), Netlink.AUDIT)) {
            List<IdRange> muted = new ArrayList<>();
            netlink.list(
                    new NetlinkMessage(NETLINK_HEADER).begin(AUDIT_LIST_RULES, 0),
                    "list audit rules",
                    answer -> range(answer).ifPresent(muted::add));
            return muted;
        }
    }

    private static byte[] rule(IdRange users) {
        ByteBuffer rule = ByteBuffer.allocate(RULE).order(ByteOrder.nativeOrder());
        rule.putInt(AUDIT_FILTER_EXCLUDE).putInt(AUDIT_ALWAYS).putInt(3);
        field(rule, 0, AUDIT_MSGTYPE, EQUAL, AUDIT_SECCOMP);
        field(rule, 1, AUDIT_UID, AT_LEAST, (int) users.first());
        field(rule, 2, AUDIT_UID, AT_MOST, (int) users.last());
        return rule.array();
    }

    private static void field(ByteBuffer rule, int index, int field, int operator, int value) {
        rule.putInt(FIELDS + index * Integer.BYTES, field)
                .putInt(VALUES + index * Integer.BYTES, value)
                .putInt(OPERATORS + index * Integer.BYTES, operator);
    }

    private static Optional<IdRange> range(ByteBuffer rule) {
        if (rule.remaining() < RULE) {
            return Optional.empty();
        }
        long first = Integer.toUnsignedLong(rule.getInt(VALUES + Integer.BYTES));
        long last = Integer.toUnsignedLong(rule.getInt(VALUES + 2 * Integer.BYTES));
        if (last < first || last >= 0xFFFF_FFFFL) {
            return Optional.empty();
        }
        var range = new IdRange(first, last - first + 1);
        byte[] found = new byte[RULE];
        rule.get(0, found);
        return Arrays.equals(found, rule(range)) ? Optional.of(range) : Optional.empty();
    }
}
