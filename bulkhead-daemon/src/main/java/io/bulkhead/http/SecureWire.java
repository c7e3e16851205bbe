package io.bulkhead.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/// The TLS between a connection and its socket. Runs on the connection's event loop; what the handshake computes
/// runs on threads of its own, so that clients who never finish one hold up nobody.
final class SecureWire {

    private final Tls tls;
    private final DuplexChannel channel;
    private final SslHandler ssl;
    private final String address;
    private boolean plain;

    SecureWire(Tls tls, DuplexChannel channel, Duration patience) {
        this.tls = tls;
        this.channel = channel;
        this.address = address(channel);
        this.ssl = new SslHandler(
                tls.engine(),
                false,
                task -> Thread.ofVirtual().name("handshake").start(task));
        ssl.setHandshakeTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    SslHandler handler() {
        return ssl;
    }

    /// Where the connection comes from.
    String address() {
        return address;
    }

    private static String address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }

    /// What the client has shown, its own first; none if it did not.
    List<X509Certificate> certificates() {
        try {
            return Arrays.stream(ssl.engine().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    void refused(String reason) {
        tls.refusals().refused(address, reason);
    }

    /// Whether the client said that it would send no more. An end without that is no end but a cut.
    boolean endedByClient() {
        return ssl.engine().isInboundDone();
    }

    /// There is no TLS after all.
    void turnedOutPlain() {
        plain = true;
    }

    /// Tells the client that nothing more is sent, and ends the socket's side after it.
    ChannelFuture shutdownOutput() {
        if (plain) {
            return channel.shutdownOutput();
        }
        ChannelPromise done = channel.newPromise();
        ChannelFuture _ = ssl.closeOutbound().addListener(_ -> {
            ChannelFuture _ = channel.shutdownOutput(done);
        });
        return done;
    }
}
