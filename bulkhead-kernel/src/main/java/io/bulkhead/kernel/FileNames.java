package io.bulkhead.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// File names are bytes; this carries them as text without losing any. UTF-8 is decoded; a byte that is no UTF-8
/// becomes a lone surrogate U+DC80..U+DCFF and turns back into that byte (Python's `surrogateescape`). So two
/// different names never become one, whatever an image has in it.
public final class FileNames {

    private static final int ESCAPE = 0xDC00;
    private static final int SHOWN = 200;

    private FileNames() {}

    public static String decode(byte[] name) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(name);
        CharBuffer out = CharBuffer.allocate(name.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | (in.get() & 0xFF)));
            }
            decoder.reset();
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    public static byte[] encode(String name) {
        if (name.chars().noneMatch(each -> Character.isSurrogate((char) each))) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        var out = new ByteArrayOutputStream(name.length() + 8);
        name.codePoints().forEach(point -> {
            if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
                out.write(point - ESCAPE);
            } else {
                out.writeBytes(strictUtf8(point));
            }
        });
        return out.toByteArray();
    }

    /// The name for a message: control characters and escaped bytes as `\xNN`, cut to a bearable length.
    static String printable(String name) {
        var text = new StringBuilder();
        for (byte each : encode(name.length() > SHOWN ? cut(name) : name)) {
            boolean plain = each >= ' ' && each < 0x7F && each != '\\';
            text.append(plain ? Character.toString(each) : String.format("\\x%02x", each));
        }
        return name.length() > SHOWN ? text + "..." : text.toString();
    }

    private static String cut(String name) {
        boolean inPair = Character.isHighSurrogate(name.charAt(SHOWN - 1));
        return name.substring(0, inPair ? SHOWN - 1 : SHOWN);
    }

    private static byte[] strictUtf8(int point) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(Character.toString(point)));
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (CharacterCodingException lone) {
            throw new KernelException("a name with the lone surrogate U+" + Integer.toHexString(point), Errno.EINVAL);
        }
    }
}
