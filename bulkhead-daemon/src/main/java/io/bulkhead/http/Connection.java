package io.bulkhead.http;

import io.bulkhead.kernel.UnixPeer;
import io.bulkhead.name.Names;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One client from its connecting to its end. Everything here runs on the connection's event loop, except the few
/// methods that say otherwise; handlers run on threads of their own and never wait here.
final class Connection extends ChannelInboundHandlerAdapter {

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final Duration GONE_CHECK = Duration.ofMillis(250);

    /// What incoming bytes are.
    private enum Phase {
        HTTP,
        RAW,
        /// Answered for the last time: what still comes is dropped.
        LINGERING
    }

    private final Connections connections;
    private final DuplexChannel channel;
    private final RequestDecoder decoder;
    private final HttpResponseEncoder encoder = new HttpResponseEncoder();
    private Phase phase = Phase.HTTP;
    private boolean inputEnded;
    /// Counted as somebody nobody knows.
    private boolean stranger;
    private final @Nullable SecureWire wire;
    private @Nullable Peer peer;
    private volatile @Nullable ServerExchange current;
    private @Nullable Incoming raw;
    private boolean startDue;
    private @Nullable Future<?> idleTimer;

    /// Over a unix socket.
    Connection(Connections connections, DuplexChannel channel) {
        this(connections, channel, Optional.empty());
        channel.pipeline().addLast(decoder, encoder, this);
    }

    /// Over TLS.
    Connection(Connections connections, DuplexChannel channel, Tls tls) {
        this(
                connections,
                channel,
                Optional.of(new SecureWire(tls, channel, connections.limits().introduction())));
        channel.pipeline()
                .addLast(new PlainRequests(this::turnedOutPlain), requireWire().handler(), decoder, encoder, this);
    }

    private Connection(Connections connections, DuplexChannel channel, Optional<SecureWire> wire) {
        this.connections = connections;
        this.channel = channel;
        this.wire = wire.orElse(null);
        this.decoder = new RequestDecoder(connections.limits().headBytes());
    }

    /// From any thread.
    Outgoing outgoing() {
        return new Outgoing(channel);
    }

    /// From any thread: the request being answered.
    Optional<ServerExchange> current() {
        return Optional.ofNullable(current);
    }

    /// From any thread.
    boolean mayPersist() {
        return !connections.stopping();
    }

    /// From any thread.
    Duration bodyPatience() {
        return connections.limits().body();
    }

    /// From any thread.
    ///
    /// Once the client has ended its side there is nothing to ask for: netty has taken the socket out of the
    /// epoll set by then, and a further read would be an error that costs the client the rest of its answer.
    void askForMore() {
        channel.eventLoop().execute(() -> {
            if (!inputEnded) {
                channel.read();
            }
        });
    }

    /// From any thread.
    void sendContinue() {
        ChannelFuture _ = channel.writeAndFlush(Answers.goOn());
    }

    /// From any thread: ends what is sent, then the connection when the client ends it or after a while.
    void endGently() {
        channel.eventLoop().execute(this::linger);
    }

    /// From any thread: from now on `input` gets the bytes as they come, those that came already first.
    ChannelFuture becomeRaw(byte[] head, Incoming input) {
        ChannelPromise sent = channel.newPromise();
        channel.eventLoop().execute(() -> {
            if (phase != Phase.HTTP || !channel.isActive()) {
                sent.setFailure(new IOException("the connection is closed"));
                return;
            }
            phase = Phase.RAW;
            raw = input;
            channel.pipeline().remove(encoder);
            channel.pipeline().remove(decoder);
            if (inputEnded) {
                input.end();
            }
            ChannelFuture _ = channel.writeAndFlush(Unpooled.wrappedBuffer(head), sent);
        });
        return sent;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (wire == null) {
            if (meet(new Link.Unix(descriptor())) && admit()) {
                awaitRequest();
                channel.read();
            }
            return;
        }
        stranger = connections.strangers().admit(wire.address());
        if (!stranger) {
            wire.refused("too many connections on which nobody has been identified");
            close();
        } else if (admit()) {
            channel.read();
        }
    }

    private boolean meet(Link link) {
        try {
            peer = connections.identity().of(link);
            return true;
        } catch (IOException unknown) {
            LOG.log(System.Logger.Level.WARNING, "connection refused", "reason", unknown.getMessage());
            close();
            return false;
        }
    }

    private boolean admit() {
        boolean room = connections.admit(this);
        if (!room) {
            LOG.log(System.Logger.Level.WARNING, "connection refused", "reason", "too many connections");
            close();
        }
        return room;
    }

    private void handshakeEnded(SslHandshakeCompletionEvent end) {
        SecureWire secure = requireWire();
        if (phase != Phase.HTTP) {
            return;
        }
        if (!end.isSuccess()) {
            // The handler closes after its alert.
            HandshakeFailure.reason(end.cause()).ifPresent(secure::refused);
            return;
        }
        List<X509Certificate> certificates = secure.certificates();
        if (meet(new Link.Secure(certificates, secure.address()))) {
            if (!certificates.isEmpty()) {
                noStranger();
            }
            awaitRequest();
            channel.read();
        }
    }

    /// From any thread: somebody was identified by a request.
    void identified() {
        if (wire != null) {
            channel.eventLoop().execute(this::noStranger);
        }
    }

    private void noStranger() {
        if (stranger) {
            stranger = false;
            connections.strangers().leave(requireWire().address());
        }
    }

    private void turnedOutPlain(ChannelFuture answer) {
        requireWire().turnedOutPlain();
        requireWire().refused("HTTP without TLS on the TLS port");
        ChannelFuture _ = answer.addListener(_ -> linger());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (phase) {
            case HTTP -> decoded(message);
            case RAW -> requireRaw().offer((ByteBuf) message);
            case LINGERING -> ReferenceCountUtil.release(message);
        }
    }

    private void decoded(Object message) {
        switch (message) {
            case Refusal refusal -> refuse(refusal);
            case HttpRequest request -> {
                begin(request);
                if (message instanceof HttpContent content) {
                    body(content);
                }
            }
            case HttpContent content -> body(content);
            default -> throw new IllegalStateException("the decoder emits no " + message.getClass());
        }
    }

    private void begin(HttpRequest request) {
        Optional<Refusal> refusal = RequestRules.refusal(request);
        if (refusal.isPresent()) {
            refuse(refusal.get());
            return;
        }
        try {
            var target = RequestTarget.parse(request.uri());
            stopIdleTimer();
            current = new ServerExchange(this, requirePeer(), request, target);
            startDue = true;
        } catch (MalformedException malformed) {
            refuse(Refusal.malformed(malformed.problem()));
        }
    }

    /// The handler starts when all that came with the head is decoded, so that it can tell a short body from none.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ServerExchange exchange = current;
        if (startDue && exchange != null) {
            startDue = false;
            connections.serve(exchange, reusable -> channel.eventLoop().execute(() -> answered(exchange, reusable)));
        }
    }

    private void body(HttpContent content) {
        ServerExchange exchange = current;
        if (exchange == null || phase == Phase.LINGERING) {
            content.release();
        } else if (content.decoderResult().isFailure()) {
            content.release();
            exchange.incomingBody().fail(new MalformedException("the chunked body is malformed"));
        } else {
            exchange.incomingBody().offer(content.content());
            if (content instanceof LastHttpContent) {
                exchange.incomingBody().end();
            }
        }
    }

    private void answered(ServerExchange exchange, boolean reusable) {
        exchange.disconnection().forget();
        exchange.incomingBody().close();
        current = null;
        if (raw != null) {
            raw.close();
        }
        if (phase != Phase.HTTP || !reusable || !channel.isActive() || connections.stopping()) {
            linger();
            return;
        }
        awaitRequest();
        try {
            decoder.resume(channel.pipeline().context(decoder));
        } catch (Exception failure) {
            exceptionCaught(channel.pipeline().context(this), failure);
        }
        if (inputEnded && current == null) {
            close();
        }
    }

    private void refuse(Refusal refusal) {
        LOG.log(System.Logger.Level.DEBUG, "request refused", "reason", refusal.reason());
        stopIdleTimer();
        ChannelFuture _ = channel.writeAndFlush(Answers.of(refusal));
        linger();
    }

    /// Closing at once would reset the connection under a client that still sends, before it has read the answer.
    private void linger() {
        if (phase == Phase.LINGERING || !channel.isActive()) {
            return;
        }
        phase = Phase.LINGERING;
        stopIdleTimer();
        ChannelFuture _ = (wire == null ? channel.shutdownOutput() : wire.shutdownOutput()).addListener(_ -> {
            if (inputEnded) {
                close();
            }
        });
        // As in #askForMore: reading on after the end would be an error.
        if (!inputEnded) {
            channel.config().setAutoRead(true);
        }
        closeAfter(connections.limits().linger());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent end -> handshakeEnded(end);
            case SslCloseCompletionEvent end when end.isSuccess() -> inputEnded();
            case ChannelInputShutdownEvent _ when wire == null || wire.endedByClient() -> inputEnded();
            // Cut off: what came may not be all (RFC 8446 section 6.1).
            case ChannelInputShutdownEvent _ when phase != Phase.LINGERING -> close();
            case ChannelInputShutdownEvent _ -> inputEnded();
            default -> {
                // Not for this handler.
            }
        }
    }

    private void inputEnded() {
        if (!inputEnded) {
            inputEnded = true;
            clientEndedItsSide();
        }
    }

    /// A client may close its side for writing and still read. One that closed altogether looks the same at first.
    private void clientEndedItsSide() {
        if (phase == Phase.LINGERING || current == null || closeIfGone()) {
            close();
            return;
        }
        ServerExchange exchange = current;
        if (raw != null) {
            raw.end();
        } else if (exchange != null) {
            exchange.incomingBody().fail(new EOFException("the client ended inside the request body"));
            if (wire != null) {
                // Nothing tells a client that closed TCP from one that still reads. As in Go's server, which Docker's
                // is: what waits for nothing else ends, and an answer that is on its way goes on.
                exchange.disconnection().happened();
            }
        }
        checkAgainLater();
    }

    private void checkAgainLater() {
        Future<?> _ = channel.eventLoop()
                .schedule(
                        () -> {
                            if (channel.isActive() && !closeIfGone()) {
                                checkAgainLater();
                            }
                        },
                        GONE_CHECK.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private boolean closeIfGone() {
        boolean gone = UnixPeer.gone(descriptor());
        if (gone) {
            close();
        }
        return gone;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopIdleTimer();
        noStranger();
        connections.left(this);
        ServerExchange exchange = current;
        if (raw != null) {
            raw.end();
        }
        if (exchange != null) {
            exchange.incomingBody().fail(new IOException("the client has gone"));
            exchange.disconnection().happened();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (wire != null && cause.getCause() instanceof SSLException broken) {
            // A handshake that failed was told already.
            if (peer != null) {
                wire.refused("TLS: " + Names.shown(String.valueOf(broken.getMessage())));
            }
        } else if (!(cause instanceof IOException)) {
            LOG.log(System.Logger.Level.ERROR, "connection failed", cause);
        }
        close();
    }

    /// From any thread: at once.
    void close() {
        ChannelFuture _ = channel.close();
    }

    private void awaitRequest() {
        Limits limits = connections.limits();
        Duration patience = stranger ? limits.introduction() : limits.idle();
        idleTimer = channel.eventLoop().schedule(this::close, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void closeAfter(Duration delay) {
        var timer = channel.eventLoop().schedule(this::close, delay.toMillis(), TimeUnit.MILLISECONDS);
        ChannelFuture _ = channel.closeFuture().addListener(_ -> timer.cancel(false));
    }

    private void stopIdleTimer() {
        if (idleTimer != null) {
            idleTimer.cancel(false);
            idleTimer = null;
        }
    }

    private int descriptor() {
        return ((UnixChannel) channel).fd().intValue();
    }

    private Peer requirePeer() {
        if (peer == null) {
            throw new IllegalStateException("a request from nobody");
        }
        return peer;
    }

    private SecureWire requireWire() {
        if (wire == null) {
            throw new IllegalStateException("no TLS on a unix socket");
        }
        return wire;
    }

    private Incoming requireRaw() {
        if (raw == null) {
            throw new IllegalStateException("a raw connection without input");
        }
        return raw;
    }
}
