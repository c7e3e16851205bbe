package io.bulkhead.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/// Netty's request decoder behind a [HeadScan], one request at a time: after a whole request it holds what follows
/// as plain bytes until [#resume] is called. So a pipelined request waits for its turn, and the bytes after a
/// request that turns the connection into a raw one come out unharmed when this handler is removed.
///
/// Emits what Netty's does, or a [Refusal] as the last thing ever.
final class RequestDecoder extends HttpRequestDecoder {

    private static final int CHUNK = 64 * 1024;

    private final HeadScan scan;
    private boolean inHead = true;
    private boolean holding;
    private boolean refused;
    private boolean inputEnded;

    RequestDecoder(int headBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(headBytes)
                .setMaxHeaderSize(headBytes)
                .setMaxChunkSize(CHUNK)
                .setValidateHeaders(true)
                .setStrictLineParsing(true)
                .setAllowDuplicateContentLengths(false));
        scan = new HeadScan(headBytes);
    }

    /// The request is answered: what follows is the next one.
    void resume(ChannelHandlerContext context) throws Exception {
        holding = false;
        channelRead(context, Unpooled.EMPTY_BUFFER);
        if (inputEnded) {
            // As in Connection#askForMore: to ask for more, as the decoder would, is an error from the end on.
            context.fireChannelReadComplete();
        } else {
            channelReadComplete(context);
        }
        if (inputEnded && !holding) {
            inputEnded = false;
            super.userEventTriggered(context, ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (holding) {
            return;
        }
        if (inHead && !headIsWhole(buffer, out)) {
            return;
        }
        int before = out.size();
        super.decode(context, buffer, out);
        for (Object decoded : out.subList(before, out.size())) {
            inHead = false;
            if (decoded instanceof LastHttpContent last && last.decoderResult().isSuccess()) {
                inHead = true;
                holding = true;
                scan.reset();
            }
        }
    }

    private boolean headIsWhole(ByteBuf buffer, List<Object> out) {
        try {
            return scan.advance(buffer);
        } catch (MalformedException malformed) {
            refuse(Refusal.malformed(malformed.problem()), buffer, out);
        } catch (HeadScan.HeadTooLargeException _) {
            refuse(Refusal.TOO_LARGE, buffer, out);
        }
        return false;
    }

    private void refuse(Refusal refusal, ByteBuf buffer, List<Object> out) {
        refused = true;
        buffer.skipBytes(buffer.readableBytes());
        out.add(refusal);
    }

    /// Netty would drop the Content-Length and go on.
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length and Transfer-Encoding in one request");
    }

    /// Netty drops what it has not decoded when the client closes its side; held bytes must outlive that.
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (holding && event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            context.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(context, event);
        }
    }
}
