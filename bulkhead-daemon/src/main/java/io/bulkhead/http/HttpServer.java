package io.bulkhead.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Serves HTTP/1.1 on unix sockets and, behind TLS, on TCP. A few event-loop threads move bytes; each request runs
/// its [Handler] on a virtual thread of its own.
public final class HttpServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
    private static final int LOOPS = Math.min(4, Runtime.getRuntime().availableProcessors());
    private static final int BACKLOG = 1024;
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup loops;
    private final Connections connections;
    private final List<Channel> listening = new ArrayList<>();

    private HttpServer(MultiThreadIoEventLoopGroup loops, Connections connections) {
        this.loops = loops;
        this.connections = connections;
    }

    /// Loads what the server is made of, which takes a tenth of a second, so that it can be done beside other work.
    /// Nothing depends on it having been called.
    public static void load() {
        Epoll.ensureAvailability();
        ByteBufAllocator.DEFAULT.directBuffer().release();
    }

    /// @throws IOException when a socket cannot be made
    public static HttpServer start(List<Listener> listeners, Identity identity, Handler handler, Limits limits)
            throws IOException {
        var loops = new MultiThreadIoEventLoopGroup(
                LOOPS, new DefaultThreadFactory("http", true), EpollIoHandler.newFactory());
        var server = new HttpServer(loops, new Connections(identity, handler, limits));
        try {
            for (Listener listener : listeners) {
                server.listen(listener);
            }
            return server;
        } catch (IOException failure) {
            server.close();
            throw failure;
        }
    }

    private void listen(Listener listener) throws IOException {
        ServerBootstrap bootstrap = bootstrap();
        ChannelFuture opened = switch (listener) {
            case Listener.At(var path) ->
                unix(bootstrap)
                        .channel(EpollServerDomainSocketChannel.class)
                        .bind(new DomainSocketAddress(path.toFile()));
            case Listener.Inherited(int descriptor) ->
                unix(bootstrap)
                        .channelFactory(() -> new EpollServerDomainSocketChannel(descriptor, true))
                        .register();
            case Listener.Secured(var address, var tls) ->
                secured(bootstrap, tls).channel(EpollServerSocketChannel.class).bind(address);
        };
        opened.awaitUninterruptibly();
        if (!opened.isSuccess()) {
            throw new IOException(listener + ": cannot listen", opened.cause());
        }
        listening.add(opened.channel());
    }

    private ServerBootstrap bootstrap() {
        return new ServerBootstrap()
                .group(loops)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private ServerBootstrap unix(ServerBootstrap bootstrap) {
        return bootstrap.childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
            @Override
            @SuppressWarnings("UnusedVariable") // it puts itself into the channel's pipeline
            protected void initChannel(EpollDomainSocketChannel channel) {
                var _ = new Connection(connections, channel);
            }
        });
    }

    /// A client whose machine has gone says nothing any more: the kernel asks for it.
    private ServerBootstrap secured(ServerBootstrap bootstrap, Tls tls) {
        return bootstrap
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(EpollChannelOption.TCP_KEEPIDLE, 30)
                .childOption(EpollChannelOption.TCP_KEEPINTVL, 10)
                .childOption(EpollChannelOption.TCP_KEEPCNT, 3)
                .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    @SuppressWarnings("UnusedVariable") // as above
                    protected void initChannel(EpollSocketChannel channel) {
                        var _ = new Connection(connections, channel, tls);
                    }
                });
    }

    /// Where it listens on TCP, in the order of the listeners: the ports that were found for port 0.
    public List<InetSocketAddress> addresses() {
        return listening.stream()
                .map(Channel::localAddress)
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .toList();
    }

    /// Stops accepting, gives requests that run up to `grace` to end (streams are not waited for), then closes
    /// every connection and waits a moment for the handlers to notice.
    public void stop(Duration grace) {
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        connections.stop();
        waitUntil(() -> !connections.answering(), grace);
        connections.closeAll();
        waitUntil(() -> connections.running() == 0, FAREWELL);
        if (connections.running() > 0) {
            LOG.log(System.Logger.Level.WARNING, "requests still running at the end", "count", connections.running());
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private static void waitUntil(BooleanSupplier condition, Duration limit) {
        Instant end = Instant.now().plus(limit);
        try {
            while (!condition.getAsBoolean() && Instant.now().isBefore(end)) {
                Thread.sleep(10);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
