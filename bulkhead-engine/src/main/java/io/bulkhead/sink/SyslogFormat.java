package io.bulkhead.sink;

import io.bulkhead.sink.SinkSettings.Facility;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/// A record as a syslog message (RFC 5424). The message is the line of the record as it is, so that a chain collected
/// elsewhere can be followed there; MSGID is the operation. There is no structured data: that needs a number of an
/// enterprise.
final class SyslogFormat {

    private static final int LONGEST_HOST = 255;
    private static final int LONGEST_ID = 32;

    private final Facility facility;
    private final String host = host();
    private final long pid = ProcessHandle.current().pid();

    SyslogFormat(Facility facility) {
        this.facility = facility;
    }

    /// @param longest bytes of the whole message; what is longer is shortened
    byte[] message(Line line, int longest) {
        String head = head(line);
        return (head + line.within(longest - head.length()).text()).getBytes(StandardCharsets.US_ASCII);
    }

    private String head(Line line) {
        int priority = facility.code() * 8 + line.severity();
        String id = line.get("operation").orElse(line.kind());
        return "<" + priority + ">1 " + time(line) + " " + host + " bulkheadd " + pid + " " + printable(id, LONGEST_ID)
                + " - ";
    }

    /// Six digits of a second at most.
    private static String time(Line line) {
        return line.get("time")
                .map(time -> time.replaceFirst("(\\.[0-9]{6})[0-9]+Z$", "$1Z"))
                .orElse("-");
    }

    private static String host() {
        try {
            return printable(InetAddress.getLocalHost().getHostName(), LONGEST_HOST);
        } catch (UnknownHostException _) {
            return "-";
        }
    }

    /// PRINTUSASCII, or the nil value.
    private static String printable(String text, int longest) {
        String clean = text.replaceAll("[^!-~]", "");
        return clean.isEmpty() ? "-" : clean.substring(0, Math.min(longest, clean.length()));
    }
}
