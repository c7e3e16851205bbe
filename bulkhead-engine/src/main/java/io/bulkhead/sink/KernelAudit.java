package io.bulkhead.sink;

import io.bulkhead.kernel.AuditMessages;
import io.bulkhead.kernel.KernelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/// The kernel's audit log: one record of type VIRT_CONTROL for each call that ended or was refused, as libvirt writes
/// them for machines.
final class KernelAudit implements Destination {

    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final int LONGEST_VALUE = 1024;

    private boolean on;
    private long askedAt;

    KernelAudit() throws IOException {
        ask();
    }

    private void ask() throws IOException {
        try {
            on = AuditMessages.enabled();
            askedAt = System.nanoTime();
        } catch (KernelException unable) {
            throw new IOException("the kernel's audit log cannot be used: " + unable.getMessage(), unable);
        }
    }

    @Override
    public Optional<String> off() {
        return on ? Optional.empty() : Optional.of("auditing is off in the kernel; auditctl -e 1 turns it on");
    }

    @Override
    public void check() throws IOException {
        if (System.nanoTime() - askedAt > ASK_AGAIN.toNanos()) {
            ask();
        }
    }

    @Override
    public void send(Line line) throws IOException {
        boolean refused = line.kind().equals("call")
                && line.get("decision").filter("allowed"::equals).isEmpty();
        if (!refused && !line.kind().equals("outcome")) {
            return;
        }
        try {
            AuditMessages.send(AuditMessages.VIRT_CONTROL, text(line, refused));
        } catch (KernelException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private static String text(Line line, boolean refused) {
        boolean good = !refused && line.get("outcome").filter("done"::equals).isPresent();
        var text = new StringBuilder("virt=bulkhead op=")
                .append(value(line.get("operation").orElse("")))
                .append(" reason=")
                .append(refused ? "refused" : "api")
                .append(" seq=")
                .append(line.get("of").orElse(Long.toString(line.seq())))
                .append(" subject=")
                .append(value(line.get("caller").orElse("")));
        line.get("container").ifPresent(container -> text.append(" vm=").append(value(container)));
        line.get("image").ifPresent(image -> text.append(" image=").append(value(image)));
        line.get("object").ifPresent(object -> text.append(" object=").append(value(object)));
        line.get("error").ifPresent(error -> text.append(" error=").append(value(error)));
        return text.append(" res=").append(good ? "success" : "failed").toString();
    }

    /// In quotes, or in hex where that could end them: as auditd's programs read untrusted text
    /// (audit_log_n_untrustedstring in the kernel).
    private static String value(String text) {
        String cut = text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE);
        boolean plain = cut.chars().allMatch(each -> each > ' ' && each < 0x7F && each != '"');
        return plain ? '"' + cut + '"' : HexFormat.of().withUpperCase().formatHex(cut.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Duration delay() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        // nothing stays open
    }
}
