package io.bulkhead.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Tells a client that speaks HTTP without TLS so, in the words that Docker and Go use: a bare TLS alert would be
/// shown as a broken answer. Every TLS connection begins with another byte than a letter.
final class PlainRequests extends ChannelInboundHandlerAdapter {

    private static final String WORDS = "Client sent an HTTP request to an HTTPS server.\n";

    private final Consumer<ChannelFuture> told;
    private boolean dropping;

    /// @param told gets the answer that is on its way, after which the connection is to end
    PlainRequests(Consumer<ChannelFuture> told) {
        this.told = told;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (dropping) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (!(message instanceof ByteBuf bytes)
                || !bytes.isReadable()
                || !isLetter(bytes.getByte(bytes.readerIndex()))) {
            context.pipeline().remove(this);
            context.fireChannelRead(message);
            return;
        }
        bytes.release();
        dropping = true;
        byte[] answer = ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + WORDS.length() + "\r\nConnection: close\r\n\r\n" + WORDS)
                .getBytes(StandardCharsets.US_ASCII);
        told.accept(context.writeAndFlush(Unpooled.wrappedBuffer(answer)));
    }

    private static boolean isLetter(byte first) {
        return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    }
}
