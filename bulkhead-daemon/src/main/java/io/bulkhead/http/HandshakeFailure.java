package io.bulkhead.http;

import io.bulkhead.name.Names;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why a TLS handshake came to nothing, in words for the log and the record.
final class HandshakeFailure {

    private static final int LONGEST = 500;

    private HandshakeFailure() {}

    /// Empty if the client went away by itself: that is no attempt at anything.
    static Optional<String> reason(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateException certificate -> {
                    String message = String.valueOf(certificate.getMessage());
                    return Optional.of(message.substring(0, Math.min(LONGEST, message.length())));
                }
                case ClosedChannelException _ -> {
                    return Optional.empty();
                }
                case NotSslRecordException _ -> {
                    return Optional.of("no TLS was spoken on the TLS port");
                }
                case SslHandshakeTimeoutException _ -> {
                    return Optional.of("the TLS handshake did not end in time");
                }
                default -> {
                    // Perhaps what caused it says more.
                }
            }
        }
        String message = String.valueOf(failure.getMessage());
        return Optional.of(
                message.contains("Empty client certificate chain")
                        ? "no client certificate was shown"
                        : "TLS handshake: " + Names.shown(message));
    }
}
