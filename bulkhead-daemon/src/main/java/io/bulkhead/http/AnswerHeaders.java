package io.bulkhead.http;

/// Header names as Docker writes them: Netty's are in small letters, which not every client of Docker expects.
final class AnswerHeaders {

    static final String SERVER = "Server";
    static final String CONTENT_TYPE = "Content-Type";
    static final String CONTENT_LENGTH = "Content-Length";
    static final String TRANSFER_ENCODING = "Transfer-Encoding";
    static final String CONNECTION = "Connection";
    static final String UPGRADE = "Upgrade";

    private AnswerHeaders() {}
}
