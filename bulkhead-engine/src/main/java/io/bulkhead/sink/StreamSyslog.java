package io.bulkhead.sink;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/// A syslog server by TCP with octet counting (RFC 6587, 3.4.1), or by TLS (RFC 5425). Neither has an answer: what was
/// written and not read when a connection breaks is sent again on the next one.
final class StreamSyslog implements Destination {

    private static final int LONGEST = 8 * 1024;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long FINISH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Socket socket;
    private final OutputStream out;
    private final SyslogFormat format;

    private StreamSyslog(Socket socket, SyslogFormat format) throws IOException {
        this.socket = socket;
        this.format = format;
        out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    }

    static StreamSyslog open(SinkSettings.Tcp to, SyslogFormat format) throws IOException {
        var address = new InetSocketAddress(to.host(), to.port());
        if (address.isUnresolved()) {
            throw new IOException("there is no host " + to.host());
        }
        var plain = new Socket();
        try {
            plain.connect(address, CONNECT_MILLIS);
            plain.setSoTimeout(CONNECT_MILLIS);
            Socket socket = plain;
            if (to.tls().isPresent()) {
                SSLSocket secure =
                        TlsClient.wrap(plain, to.host(), to.port(), to.tls().get());
                secure.startHandshake();
                socket = secure;
            }
            socket.setSoTimeout(1);
            return new StreamSyslog(socket, format);
        } catch (IOException failure) {
            plain.close();
            throw failure;
        }
    }

    @Override
    public void send(Line line) throws IOException {
        byte[] message = format.message(line, LONGEST);
        out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
        out.write(message);
    }

    /// A server says nothing; the end of its side is the end of the connection.
    @Override
    public void check() throws IOException {
        out.flush();
        if (closedByPeer()) {
            throw new IOException("the server closed the connection");
        }
    }

    private boolean closedByPeer() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Override
    public Duration delay() {
        return Duration.ofSeconds(2);
    }

    /// A server that reads the end of this side has read all before it, and closes its own.
    @Override
    public boolean finish() {
        try {
            out.flush();
            socket.shutdownOutput();
            long end = System.nanoTime() + FINISH_NANOS;
            while (System.nanoTime() < end) {
                if (closedByPeer()) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is over either way
        }
    }
}
