package io.bulkhead.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The answers the server gives by itself.
final class Answers {

    static final String SERVER = "Bulkhead";
    static final String JSON = "application/json";

    private Answers() {}

    /// An error as Docker's clients read it.
    static byte[] message(String text) {
        return JsonMapper.shared().writeValueAsString(Map.of("message", text)).getBytes(StandardCharsets.UTF_8);
    }

    static FullHttpResponse of(Refusal refusal) {
        byte[] body = message(refusal.reason());
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(refusal.status()), Unpooled.wrappedBuffer(body));
        response.headers()
                .set(AnswerHeaders.SERVER, SERVER)
                .set(AnswerHeaders.CONTENT_TYPE, JSON)
                .set(AnswerHeaders.CONTENT_LENGTH, body.length)
                .set(AnswerHeaders.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    static FullHttpResponse goOn() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    }

    /// The head of a raw connection. Netty's encoder would frame what follows; its headers were checked when they
    /// were set.
    static byte[] rawHead(HttpResponse response) {
        var head = new StringBuilder("HTTP/1.1 ")
                .append(response.status().code())
                .append(' ')
                .append(response.status().reasonPhrase())
                .append("\r\n");
        response.headers()
                .forEach(header -> head.append(header.getKey())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
