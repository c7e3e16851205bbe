package io.bulkhead.cli.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ChunkedOutputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestWriter;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.impl.io.SessionOutputBufferImpl;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/// One HTTP/1.1 connection to the daemon, put together from the parts of Apache HttpCore: its whole
/// client opens TCP sockets only, and this way starting costs little (docs/decisions).
public final class Connection implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final Wire wire;
    private final Map<String, String> always;
    private final InputStream input;
    private final OutputStream output;
    private final SessionInputBufferImpl inputBuffer = new SessionInputBufferImpl(BUFFER);
    private final SessionOutputBufferImpl outputBuffer = new SessionOutputBufferImpl(BUFFER);

    private Connection(Wire wire, Map<String, String> always) {
        this.wire = wire;
        this.always = always;
        this.input = wire.input();
        this.output = wire.output();
    }

    /// @param always headers of every request
    /// @throws ApiException saying what to do about it
    static Connection open(Endpoint endpoint, Map<String, String> always) {
        return new Connection(Wire.open(endpoint), always);
    }

    Answer send(String method, String path, Map<String, String> headers, byte[] body, ContentType type)
            throws IOException, HttpException {
        ClassicHttpRequest request = request(method, path, headers);
        request.setHeader("Content-Length", body.length);
        if (body.length > 0) {
            request.setHeader("Content-Type", type.toString());
        }
        write(request);
        outputBuffer.write(body, output);
        outputBuffer.flush(output);
        return answer(method);
    }

    Answer upload(String method, String path, Map<String, String> headers, InputStream body)
            throws IOException, HttpException {
        ClassicHttpRequest request = request(method, path, headers);
        request.setHeader("Transfer-Encoding", "chunked");
        request.setHeader("Content-Type", "application/x-tar");
        write(request);
        try (var chunks = new ChunkedOutputStream(outputBuffer, output, BUFFER)) {
            body.transferTo(chunks);
        }
        outputBuffer.flush(output);
        return answer(method);
    }

    private ClassicHttpRequest request(String method, String path, Map<String, String> headers) {
        var request = new BasicClassicHttpRequest(method, path);
        request.setHeader("Host", "bulkhead");
        request.setHeader("User-Agent", "Bulkhead-Client");
        headers.forEach(request::setHeader);
        always.forEach(request::setHeader);
        return request;
    }

    private void write(ClassicHttpRequest request) throws IOException, HttpException {
        new DefaultHttpRequestWriter().write(request, outputBuffer, output);
    }

    private Answer answer(String method) throws IOException, HttpException {
        var parser = new DefaultHttpResponseParser();
        ClassicHttpResponse response = parser.parse(inputBuffer, input);
        while (response.getCode() == 100) {
            response = parser.parse(inputBuffer, input);
        }
        String type = value(response, "Content-Type");
        return new Answer(response.getCode(), type, body(method, response), output, this);
    }

    private InputStream body(String method, ClassicHttpResponse response) throws IOException {
        int code = response.getCode();
        if (method.equals("HEAD") || code == 204 || code == 304) {
            return new ByteArrayInputStream(new byte[0]);
        }
        if (value(response, "Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return new ChunkedInputStream(inputBuffer, input);
        }
        String length = value(response, "Content-Length");
        return length.isEmpty()
                ? new Rest(inputBuffer, input)
                : new ContentLengthInputStream(inputBuffer, input, Long.parseLong(length));
    }

    private static String value(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null || header.getValue() == null ? "" : header.getValue();
    }

    /// A raw connection: everything up to its end, what was buffered with the head first.
    private static final class Rest extends InputStream {

        private final SessionInputBufferImpl buffer;
        private final InputStream input;

        Rest(SessionInputBufferImpl buffer, InputStream input) {
            this.buffer = buffer;
            this.input = input;
        }

        @Override
        public int read() throws IOException {
            return buffer.read(input);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return buffer.read(bytes, offset, length, input);
        }
    }

    void shutdownOutput() {
        try {
            wire.endOutput();
        } catch (IOException _) {
            // the daemon has gone, which ends the output too
        }
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException _) {
            // nothing is left to lose: what was sent was answered, or the answer said so
        }
    }
}
