package io.bulkhead.sink;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A syslog server by UDP (RFC 5426). What gets lost on the way is not noticed; that nobody listens is.
final class UdpSyslog implements Destination {

    /// What every receiver should take (RFC 5426, 3.2).
    private static final int LONGEST = 2048;

    private final DatagramSocket socket;
    private final SyslogFormat format;

    UdpSyslog(SinkSettings.Udp to, SyslogFormat format) throws IOException {
        this.format = format;
        var address = new InetSocketAddress(to.host(), to.port());
        if (address.isUnresolved()) {
            throw new IOException("there is no host " + to.host());
        }
        socket = new DatagramSocket();
        socket.connect(address);
        socket.setSoTimeout(1);
    }

    @Override
    public void send(Line line) throws IOException {
        byte[] message = format.message(line, LONGEST);
        socket.send(new DatagramPacket(message, message.length));
    }

    /// An answer of the host's that the port is closed comes as an error of the next call.
    @Override
    public void check() throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[1], 1));
        } catch (SocketTimeoutException _) {
            // nobody answers, as it should be
        }
    }

    @Override
    public Duration delay() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void close() {
        socket.close();
    }
}
