package io.bulkhead.cli.text;

import java.util.ArrayList;
import java.util.List;

/// Rows of cells as lines of aligned columns, spaced as Docker's: three spaces between, at least ten wide. The last
/// cell of a row is not padded.
public final class Columns {

    private static final int GAP = 3;

    private final int narrowest;
    private final List<List<String>> rows = new ArrayList<>();

    public Columns() {
        this(10);
    }

    public Columns(int narrowest) {
        this.narrowest = narrowest;
    }

    public void add(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    public List<String> lines() {
        int[] widths = widths();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private int[] widths() {
        int[] widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
        for (List<String> row : rows) {
            for (int column = 0; column < row.size() - 1; column++) {
                widths[column] = Math.max(widths[column], Math.max(narrowest, length(row.get(column)) + GAP));
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(cell);
            if (column < row.size() - 1) {
                line.repeat(' ', widths[column] - length(cell));
            }
        }
        return line.toString();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
