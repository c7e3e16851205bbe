package io.bulkhead.cli.output;

import io.bulkhead.cli.json.JsonText;
import io.bulkhead.cli.template.Template;
import io.bulkhead.cli.text.Columns;
import io.bulkhead.cli.verb.Console;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What `ps`, `images` and the like print: a table, a line of JSON or of a template for each row.
public final class Listing {

    private final Map<String, String> headers;
    private final List<String> usual;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    /// @param headers the header of every field a template may name
    /// @param usual the fields of the table nobody formatted
    public Listing(Map<String, String> headers, List<String> usual) {
        this.headers = headers;
        this.usual = usual;
    }

    public void add(Map<String, Object> row) {
        rows.add(row);
    }

    /// @param format what `--format` said; empty when it was not given
    public void show(String format, Console console) {
        if (format.isEmpty() || format.equals("table")) {
            table(console);
        } else if (format.equals("json")) {
            rows.forEach(row -> console.line(json(row)));
        } else if (format.startsWith("table ")) {
            table(unescaped(format.substring("table ".length())), console);
        } else {
            Template template = Template.parse(unescaped(format));
            rows.forEach(row -> console.line(template.render(row)));
        }
    }

    private static String unescaped(String format) {
        return format.replace("\\t", "\t").replace("\\n", "\n");
    }

    private void table(Console console) {
        var columns = new Columns();
        columns.add(
                usual.stream().map(field -> headers.getOrDefault(field, field)).toList());
        rows.forEach(row -> columns.add(
                usual.stream().map(field -> String.valueOf(row.get(field))).toList()));
        columns.lines().forEach(console::line);
    }

    private void table(String format, Console console) {
        Template template = Template.parse(format);
        var columns = new Columns();
        columns.add(cells(template.render(headerRow())));
        rows.forEach(row -> columns.add(cells(template.render(row))));
        columns.lines().forEach(console::line);
    }

    private static List<String> cells(String line) {
        return List.of(line.split("\t", -1));
    }

    /// The header of a column is what its template makes of the names.
    private Map<String, Object> headerRow() {
        Map<String, Object> row = new LinkedHashMap<>(headers);
        row.put("Label", Template.method(name -> name));
        return row;
    }

    /// With the signs of HTML escaped, as Go's encoder does for a whole row, though not for `{{json .Field}}`.
    private static String json(Map<String, Object> row) {
        return JsonText.compact(plain(row))
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
    }

    private static Map<String, Object> plain(Map<String, Object> row) {
        Map<String, Object> plain = new TreeMap<>();
        row.forEach((name, value) -> {
            if (value instanceof String || value instanceof Boolean || value instanceof Number) {
                plain.put(name, value);
            }
        });
        return plain;
    }
}
