package io.bulkhead.http;

import io.netty.buffer.ByteBuf;

/// Looks at the raw bytes of a request head before anything decodes them, for what decoders forgive: folded lines,
/// bare CR or LF, NUL, a request line with more than two spaces (RFC 9112 sections 2.2, 3 and 5.2; each has been
/// used to make two readers disagree). Remembers how far it looked, so that a head that comes byte by byte is read
/// once.
final class HeadScan {

    private final int limit;
    private int scanned;
    private int spaces;
    private int line;
    private int column;
    private boolean afterReturn;

    HeadScan(int limit) {
        this.limit = limit;
    }

    /// Looks at the bytes that came since the last call.
    ///
    /// @param buffer begins where the head begins
    /// @return whether the head is whole
    boolean advance(ByteBuf buffer) throws MalformedException, HeadTooLargeException {
        int available = buffer.readableBytes();
        while (scanned < available) {
            if (scanned == limit) {
                throw new HeadTooLargeException();
            }
            byte next = buffer.getByte(buffer.readerIndex() + scanned++);
            if (endsHead(next)) {
                return true;
            }
        }
        return false;
    }

    /// Begins anew for the next head.
    void reset() {
        scanned = 0;
        spaces = 0;
        line = 0;
        column = 0;
        afterReturn = false;
    }

    private boolean endsHead(byte next) throws MalformedException {
        if (afterReturn != (next == '\n')) {
            throw new MalformedException("a line must end with CR LF");
        }
        if (next == '\n') {
            return endLine();
        }
        if (next == '\r') {
            afterReturn = true;
            return false;
        }
        if ((next >= 0 && next < ' ' && next != '\t') || next == 0x7F) {
            throw new MalformedException("a control character in the request head");
        }
        if (line == 0) {
            checkRequestLine(next);
        } else if (column == 0 && (next == ' ' || next == '\t')) {
            throw new MalformedException("a folded header line");
        }
        column++;
        return false;
    }

    private boolean endLine() throws MalformedException {
        if (line == 0 && spaces != 2) {
            throw new MalformedException("the request line must be: method, target, version");
        }
        boolean empty = column == 0;
        line++;
        column = 0;
        afterReturn = false;
        return empty;
    }

    private void checkRequestLine(byte next) throws MalformedException {
        if (column == 0 && !(next >= 'A' && next <= 'Z')) {
            throw new MalformedException("a request begins with its method, in capital letters");
        }
        if (next < ' ' || next == '\t') {
            throw new MalformedException("the request line has a character that must be encoded");
        }
        if (next == ' ') {
            spaces++;
        }
    }

    /// The head is longer than it may be.
    static final class HeadTooLargeException extends Exception {

        private static final long serialVersionUID = 1;

        HeadTooLargeException() {
            super("the request head is too large");
        }
    }
}
