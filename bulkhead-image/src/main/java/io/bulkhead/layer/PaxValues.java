package io.bulkhead.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarUtils;

/// The values of an entry's own extended header as the bytes they are (pax(1), "pax Extended Header": records of
/// `length key=value\n`). The tar library decodes them as UTF-8, which breaks file capabilities and names that are
/// none; the library alone decides what the entry is and where it ends.
///
/// @param values by key
/// @param type of the entry itself, from its own header
record PaxValues(Map<String, byte[]> values, byte type) {

    private static final int RECORD = 512;
    private static final int SIZE_OFFSET = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int TYPE_OFFSET = 156;

    /// The digits of a record's length; more would not fit into what is taken as a header at all.
    private static final int MAX_DIGITS = 8;

    private static final byte UNKNOWN = -1;

    /// @param taken the bytes up to and including the entry's header
    /// @param start the offset in `taken` of the first header block: padding of the entry before comes first
    static PaxValues of(byte[] taken, int start) {
        var values = new HashMap<String, byte[]>();
        int at = start;
        while (at + RECORD <= taken.length) {
            byte type = taken[at + TYPE_OFFSET];
            if ("xXgLK".indexOf(type) < 0) {
                return new PaxValues(values, type);
            }
            long size = TarUtils.parseOctalOrBinary(taken, at + SIZE_OFFSET, SIZE_LENGTH);
            int data = at + RECORD;
            if (size < 0 || size > taken.length - data) {
                break;
            }
            if (type == 'x' || type == 'X') {
                read(Arrays.copyOfRange(taken, data, data + (int) size), values);
            }
            at = data + (int) ((size + RECORD - 1) / RECORD * RECORD);
        }
        return new PaxValues(values, UNKNOWN);
    }

    private static void read(byte[] records, Map<String, byte[]> values) {
        int at = 0;
        while (at < records.length) {
            int space = at;
            int length = 0;
            while (space < records.length && space - at < MAX_DIGITS && Character.isDigit(records[space])) {
                length = length * 10 + records[space++] - '0';
            }
            int end = at + length;
            if (space >= records.length || records[space] != ' ' || end > records.length || end <= space + 1) {
                return;
            }
            int equals = space + 1;
            while (equals < end && records[equals] != '=') {
                equals++;
            }
            if (equals < end) {
                String key = new String(records, space + 1, equals - space - 1, StandardCharsets.UTF_8);
                values.put(key, Arrays.copyOfRange(records, equals + 1, end - 1));
            }
            at = end;
        }
    }
}
