package io.bulkhead.http;

import io.bulkhead.name.Names;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The path and the query of a request, in the one spelling that has one reading. Everything that some reader might
/// normalise (`//`, `.`, `..`), and every broken or invisible character, is refused rather than normalised. An encoded
/// slash goes through, since docker-java writes every image name with one; the parts it makes are checked as others.
///
/// @param path as it was sent
/// @param query decoded names and values, in order
record RequestTarget(String path, Map<String, List<String>> query) {

    private static final int MAX_PARAMETERS = 1000;
    private static final String PATH_MARKS = "-._~!$&'()*+,;=:@/%";

    /// @param target as the request line has it
    static RequestTarget parse(String target) throws MalformedException {
        if (!target.startsWith("/")) {
            throw new MalformedException("the request target must be a path, not " + Names.shown(target));
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        checkPath(path);
        return new RequestTarget(path, question < 0 ? Map.of() : parseQuery(target.substring(question + 1)));
    }

    private static void checkPath(String path) throws MalformedException {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!isLetterOrDigit(c) && PATH_MARKS.indexOf(c) < 0) {
                throw new MalformedException(Names.shown("the path has a character that must be encoded: " + c));
            }
        }
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            checkSegment(segments[i], i == segments.length - 1);
        }
    }

    private static void checkSegment(String segment, boolean last) throws MalformedException {
        String decoded = decode(segment, false);
        if (decoded.isEmpty() && !last) {
            throw new MalformedException("the path has an empty part (//)");
        }
        for (String part : decoded.split("/", -1)) {
            if (part.isEmpty() && !decoded.isEmpty()) {
                throw new MalformedException("the path has an empty part beside an encoded slash (%2F)");
            }
            if (".".equals(part) || "..".equals(part)) {
                throw new MalformedException("the path has a . or .. part");
            }
        }
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw new MalformedException("the path has a control character");
        }
    }

    private static Map<String, List<String>> parseQuery(String query) throws MalformedException {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                throw new MalformedException("the query has a character that must be encoded");
            }
        }
        var parameters = new LinkedHashMap<String, List<String>>();
        String[] pairs = query.split("&", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new MalformedException("the query has more than " + MAX_PARAMETERS + " parameters");
        }
        for (String pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    /// Strict, which no decoder of the JDK or Netty is: both turn bytes that are not UTF-8 into U+FFFD.
    private static String decode(String text, boolean plusIsSpace) throws MalformedException {
        if (text.indexOf('%') < 0 && !plusIsSpace) {
            return text;
        }
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(encodedByte(text, i));
                i += 2;
            } else {
                bytes.write(plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedException("percent-encoded bytes are not UTF-8: " + Names.shown(text));
        }
    }

    private static int encodedByte(String text, int percent) throws MalformedException {
        if (percent + 2 < text.length()) {
            int high = hexDigit(text.charAt(percent + 1));
            int low = hexDigit(text.charAt(percent + 2));
            if (high >= 0 && low >= 0) {
                return high << 4 | low;
            }
        }
        throw new MalformedException("broken percent-encoding: " + Names.shown(text));
    }

    /// [Character#digit] would take digits of other scripts as well.
    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
