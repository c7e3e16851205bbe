package io.bulkhead.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// The bytes to and from the daemon.
interface Wire {

    InputStream input();

    OutputStream output();

    /// No more will be sent; what comes can still be read.
    void endOutput() throws IOException;

    void close() throws IOException;

    /// How long a daemon may take to answer a knock.
    int CONNECT_MILLIS = 30_000;

    /// @throws ApiException saying what to do about it
    static Wire open(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Unix(var socket) -> unix(socket);
            case Endpoint.Secure secure -> secure(secure);
        };
    }

    private static Wire unix(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Plain(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
        } catch (AccessDeniedException denied) {
            throw new ApiException(0, denied(socket));
        } catch (IOException failure) {
            String why = String.valueOf(failure.getMessage());
            throw new ApiException(0, why.contains("ermission denied") ? denied(socket) : unreachable(socket, why));
        }
    }

    private static String denied(Path socket) {
        return "permission denied on " + socket + " (file permission of the socket): run the command as root, or have "
                + "the administrator set `socket: {group: ...}` in bulkhead.yaml";
    }

    private static String unreachable(Path socket, String why) {
        return "Cannot connect to the Bulkhead daemon at unix://" + socket + ". Is the bulkhead daemon running? "
                + (Files.exists(socket) ? "(" + why + ")" : "(there is no such socket)");
    }

    private static Wire secure(Endpoint.Secure endpoint) {
        String place = "tcp://" + endpoint.host() + ":" + endpoint.port();
        var context = TlsFiles.context(endpoint);
        try {
            var plain = new Socket();
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_MILLIS);
            var socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, endpoint.host(), endpoint.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            // The daemon's certificate has to be for this name or address.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new Tls(socket, socket.getInputStream(), socket.getOutputStream());
        } catch (SSLException refused) {
            throw new ApiException(0, "no TLS with the daemon at " + place + ": " + refused.getMessage());
        } catch (UnknownHostException _) {
            throw new ApiException(0, "Cannot connect to the Bulkhead daemon at " + place + ": no such host");
        } catch (IOException failure) {
            throw new ApiException(
                    0,
                    "Cannot connect to the Bulkhead daemon at " + place + ". Is the bulkhead daemon running? ("
                            + failure.getMessage() + ")");
        }
    }

    record Plain(SocketChannel channel, InputStream input, OutputStream output) implements Wire {

        @Override
        public void endOutput() throws IOException {
            SocketChannel _ = channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    record Tls(SSLSocket socket, InputStream input, OutputStream output) implements Wire {

        @Override
        public void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
