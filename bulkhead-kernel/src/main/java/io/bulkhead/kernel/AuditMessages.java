package io.bulkhead.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Puts records of this process into the kernel's audit log, where auditd finds them (linux/audit.h). The kernel adds
/// who sends them. Needs CAP_AUDIT_WRITE.
public final class AuditMessages {

    /// AUDIT_VIRT_CONTROL: "Start, Pause, Stop VM", as libvirt and container engines use it.
    public static final int VIRT_CONTROL = 2500;

    /// MAX_AUDIT_MESSAGE_LENGTH is 8970, of which the kernel's own fields take some.
    public static final int LONGEST = 8000;

    private static final int AUDIT_GET = 1000;
    private static final int ACK = 4;
    private static final int HEADER = 16;

    private AuditMessages() {}

    /// Whether the kernel keeps what is sent: while auditing is off, it says that all went well and drops it.
    ///
    /// @throws KernelException EPERM without CAP_AUDIT_CONTROL, EPROTONOSUPPORT if the kernel has no auditing
    public static boolean enabled() {
        try (var netlink = Netlink.in(Optional.empty(), Netlink.AUDIT)) {
            ByteBuffer status = netlink.askAndWait(
                            new NetlinkMessage(HEADER).begin(AUDIT_GET, 0), "ask for the audit status")
                    .order(ByteOrder.nativeOrder());
            // struct audit_status: which fields count, then `enabled`.
            return status.getInt(Integer.BYTES) != 0;
        }
    }

    /// @param text `key=value` pairs, without line breaks
    /// @throws KernelException EPERM without CAP_AUDIT_WRITE
    public static void send(int type, String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > LONGEST) {
            throw new KernelException("an audit message of " + bytes.length + " bytes", Errno.EMSGSIZE);
        }
        try (var netlink = Netlink.in(Optional.empty(), Netlink.AUDIT)) {
            netlink.request(
                    new NetlinkMessage(HEADER + bytes.length + 4)
                            .begin(type, ACK)
                            .fixed(bytes),
                    "send to the audit log");
        }
    }
}
