package io.bulkhead.http;

import io.bulkhead.access.Caller;
import io.bulkhead.name.Names;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request on its connection. The handler's thread owns it; what the connection tells it ([Incoming],
/// [Disconnection]) has its own guards.
final class ServerExchange implements Exchange {

    private static final HttpResponseStatus UPGRADED = HttpResponseStatus.valueOf(101, "UPGRADED");

    private final Connection connection;
    private final Peer peer;
    private final HttpRequest request;
    private final RequestTarget target;
    private final Outgoing outgoing;
    private final Incoming body;
    private final HttpHeaders answerHeaders = new DefaultHttpHeaders();
    private final Disconnection disconnection = new Disconnection();
    private boolean continueWanted;
    private volatile boolean begun;
    private volatile boolean streaming;
    private boolean persistent;
    private boolean last;
    private @Nullable Caller caller;
    private @Nullable OutputStream stream;

    ServerExchange(Connection connection, Peer peer, HttpRequest request, RequestTarget target) {
        this.connection = connection;
        this.peer = peer;
        this.request = request;
        this.target = target;
        this.outgoing = connection.outgoing();
        this.body = new Incoming(this::askForBody, connection.bodyPatience());
        this.continueWanted = request.headers().contains(HttpHeaderNames.EXPECT);
    }

    /// Finds out who asks, before anybody else sees the request.
    void identify() throws UnidentifiedException {
        caller = peer.identify(new Peer.Claim(
                Names.shown(method() + " " + path()), request.headers().getAll(HttpHeaderNames.AUTHORIZATION)));
        connection.identified();
    }

    /// No further request is taken on the connection after this one.
    void endsConnection() {
        last = true;
    }

    Incoming incomingBody() {
        return body;
    }

    Disconnection disconnection() {
        return disconnection;
    }

    /// Whether nobody can say when the answer will end.
    boolean streaming() {
        return streaming;
    }

    boolean begun() {
        return begun;
    }

    /// Completes the answer after the handler returned.
    ///
    /// @return whether the connection can take another request
    boolean finish() throws IOException {
        if (!begun) {
            throw new IllegalStateException("the handler gave no answer");
        }
        if (stream != null) {
            stream.close();
        }
        return persistent && body.complete();
    }

    @Override
    public Caller caller() {
        if (caller == null) {
            throw new IllegalStateException("nobody was identified");
        }
        return caller;
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public Optional<String> query(String name) {
        List<String> values = queryAll(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
    }

    @Override
    public List<String> queryAll(String name) {
        return List.copyOf(target.query().getOrDefault(name, List.of()));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name));
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public InputStream body(Duration limit) {
        body.endWithin(limit);
        return body;
    }

    @Override
    public void setHeader(String name, String value) {
        answerHeaders.set(name, value);
    }

    @Override
    public void answer(int status, String contentType, byte[] content) throws IOException {
        begin();
        HttpResponse head = head(HttpResponseStatus.valueOf(status));
        head.headers().set(AnswerHeaders.CONTENT_TYPE, contentType).set(AnswerHeaders.CONTENT_LENGTH, content.length);
        closeUnlessPersistent(head);
        sendWhole(head, content);
    }

    @Override
    public void answerEmpty(int status) throws IOException {
        begin();
        HttpResponse head = head(HttpResponseStatus.valueOf(status));
        if (status != 204 && status != 304) {
            head.headers().set(AnswerHeaders.CONTENT_LENGTH, 0);
        }
        closeUnlessPersistent(head);
        sendWhole(head, new byte[0]);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        begin();
        streaming = true;
        HttpResponse head = head(HttpResponseStatus.valueOf(status));
        head.headers().set(AnswerHeaders.CONTENT_TYPE, contentType);
        if (isHead()) {
            sendWhole(head, new byte[0]);
            return OutputStream.nullOutputStream();
        }
        head.headers().set(AnswerHeaders.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        outgoing.send(head);
        var output = new BodyOutput(
                outgoing, DefaultHttpContent::new, () -> outgoing.send(LastHttpContent.EMPTY_LAST_CONTENT));
        stream = output;
        return output;
    }

    @Override
    public Upgraded upgrade(String contentType) throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
        begin();
        streaming = true;
        persistent = false;
        boolean asked = asksForUpgrade();
        HttpResponse head = head(asked ? UPGRADED : HttpResponseStatus.OK);
        head.headers().set(AnswerHeaders.CONTENT_TYPE, contentType);
        if (asked) {
            head.headers().set(AnswerHeaders.CONNECTION, "Upgrade").set(AnswerHeaders.UPGRADE, "tcp");
        }
        var input = new Incoming(connection::askForMore);
        outgoing.await(connection.becomeRaw(Answers.rawHead(head), input));
        return new RawConnection(input, new BodyOutput(outgoing, bytes -> bytes, () -> {}), connection);
    }

    @Override
    public void whenDisconnected(Runnable action) {
        disconnection.then(action);
    }

    private boolean isHead() {
        return HttpMethod.HEAD.equals(request.method());
    }

    /// `Connection: Upgrade` with `Upgrade: tcp`, both lists of words without case.
    private boolean asksForUpgrade() {
        return request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "tcp", true);
    }

    private synchronized void begin() {
        if (begun) {
            throw new IllegalStateException("the request is answered already");
        }
        begun = true;
        persistent = !last && HttpUtil.isKeepAlive(request) && connection.mayPersist();
    }

    private HttpResponse head(HttpResponseStatus status) {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        head.headers().set(AnswerHeaders.SERVER, Answers.SERVER).setAll(answerHeaders);
        return head;
    }

    private void closeUnlessPersistent(HttpResponse head) {
        persistent = persistent && body.complete();
        if (!persistent) {
            head.headers().set(AnswerHeaders.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private void sendWhole(HttpResponse head, byte[] content) throws IOException {
        if (isHead() || content.length == 0) {
            outgoing.send(head, LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            outgoing.send(new DefaultFullHttpResponse(
                    head.protocolVersion(),
                    head.status(),
                    Unpooled.wrappedBuffer(content),
                    head.headers(),
                    new DefaultHttpHeaders()));
        }
    }

    /// A client that waits for `100 Continue` gets it when somebody wants the body, and never after an answer.
    private void askForBody() {
        synchronized (this) {
            if (continueWanted && !begun) {
                connection.sendContinue();
            }
            continueWanted = false;
        }
        connection.askForMore();
    }
}
