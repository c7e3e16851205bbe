package io.bulkhead.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InterruptedIOException;

/// Sends from a handler's thread. A send returns when the kernel has taken the bytes, so a client that does not
/// read stops a handler that writes.
final class Outgoing {

    private final Channel channel;

    Outgoing(Channel channel) {
        this.channel = channel;
    }

    /// @throws IOException when the client has gone
    void send(Object message) throws IOException {
        await(channel.writeAndFlush(message));
    }

    /// Sends `first` and `second` together.
    void send(Object first, Object second) throws IOException {
        ChannelFuture _ = channel.write(first);
        send(second);
    }

    void await(ChannelFuture sent) throws IOException {
        try {
            sent.await();
        } catch (InterruptedException interrupted) {
            // The caller may use its buffer again although Netty has not sent it yet: nothing may follow.
            ChannelFuture _ = channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing to the client");
        }
        if (!sent.isSuccess()) {
            throw new IOException("the client has gone", sent.cause());
        }
    }
}
