package io.bulkhead.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The table that `docker top` shows. The host's ps(1) makes it, seeing nothing of the container but `/proc`: nothing
/// is entered and nothing of the container is run (CVE-2022-1227). Ids and names are the host's.
public final class ProcessList {

    private static final String PS = "/usr/bin/ps";
    private static final String DEFAULT = "-ef";
    private static final int MOST_ARGUMENTS = 32;
    private static final int LONGEST = 256;
    private static final int MOST_BYTES = 16 << 20;
    private static final long SECONDS = 10;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_,.%:=+-]+");

    /// Another column called PID would choose the rows: a look at processes of others. Docker refuses it too.
    private static final Pattern FORGED = Pattern.compile("=\\s*PID\\b");

    private ProcessList() {}

    public record Table(List<String> titles, List<List<String>> rows) {
        public Table {
            titles = List.copyOf(titles);
            rows = List.copyOf(rows);
        }
    }

    /// @param pids the container's, as its control group has them
    /// @param psArguments as a user would type them after `ps`; `-ef` if empty
    /// @throws IllegalArgumentException for arguments that are refused, or that ps refuses
    public static Table of(List<Integer> pids, String psArguments) {
        List<String> arguments = arguments(psArguments);
        if (pids.isEmpty()) {
            return new Table(
                    parse(run(arguments, "-q" + ProcessHandle.current().pid()), Set.of())
                            .titles(),
                    List.of());
        }
        String quick = "-q" + pids.stream().map(String::valueOf).collect(Collectors.joining(","));
        return parse(run(arguments, quick), new HashSet<>(pids));
    }

    static List<String> arguments(String psArguments) {
        String text = psArguments.isBlank() ? DEFAULT : psArguments.strip();
        List<String> words = List.of(text.split(" +", -1));
        if (text.length() > LONGEST
                || words.size() > MOST_ARGUMENTS
                || !words.stream().allMatch(word -> WORD.matcher(word).matches())) {
            throw new IllegalArgumentException("ps arguments `" + io.bulkhead.name.Names.shown(text)
                    + "`: only letters, digits and , . % : = + - are taken");
        }
        if (FORGED.matcher(text).find()) {
            throw new IllegalArgumentException(
                    "ps arguments `" + io.bulkhead.name.Names.shown(text) + "`: no column may be renamed to PID");
        }
        return words;
    }

    /// With `-q` ps looks at nobody else; some options (`f`) exclude it, so there is a second try without, and the rows
    /// are chosen by their PID in any case.
    private static String run(List<String> arguments, String quick) {
        var argv = new ArrayList<>(List.of(PS));
        argv.addAll(arguments);
        var quickArgv = new ArrayList<>(argv);
        quickArgv.add(quick);
        Output first = run(quickArgv);
        Output output = first.code() == 0 ? first : run(argv);
        if (output.code() != 0) {
            String said = output.text()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .findFirst()
                    .orElse("");
            throw new IllegalArgumentException("ps: " + io.bulkhead.name.Names.shown(said));
        }
        return output.text();
    }

    private record Output(int code, String text) {}

    private static Output run(List<String> argv) {
        var builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            Process ps = builder.start();
            ps.getOutputStream().close();
            Thread.startVirtualThread(() -> limit(ps));
            try (InputStream out = ps.getInputStream()) {
                byte[] bytes = out.readNBytes(MOST_BYTES);
                if (bytes.length == MOST_BYTES) {
                    ps.destroyForcibly();
                    throw new IllegalArgumentException("ps prints more than " + MOST_BYTES + " bytes");
                }
                return new Output(ps.waitFor(), new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (IOException failure) {
            throw new CgroupException(
                    CgroupException.Reason.FAILED, "ps cannot be run: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new CgroupException(CgroupException.Reason.TIMED_OUT, "interrupted while ps ran", interrupt);
        }
    }

    private static void limit(Process ps) {
        try {
            if (!ps.waitFor(SECONDS, TimeUnit.SECONDS)) {
                ps.destroyForcibly();
            }
        } catch (InterruptedException interrupt) {
            ps.destroyForcibly();
        }
    }

    /// ps separates columns by blanks; only the last may have some inside.
    static Table parse(String output, Set<Integer> pids) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        List<String> titles = lines.isEmpty() ? List.of() : fields(lines.getFirst());
        int pid = titles.indexOf("PID");
        if (pid < 0) {
            throw new IllegalArgumentException("ps: there is no PID column with these arguments");
        }
        var rows = new ArrayList<List<String>>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> fields = fields(line);
            if (fields.size() >= titles.size() && known(fields.get(pid), pids)) {
                int last = titles.size() - 1;
                var row = new ArrayList<>(fields.subList(0, last));
                row.add(String.join(" ", fields.subList(last, fields.size())));
                rows.add(List.copyOf(row));
            }
        }
        return new Table(titles, rows);
    }

    private static boolean known(String pid, Set<Integer> pids) {
        return pid.matches("[0-9]{1,9}") && pids.contains(Integer.valueOf(pid));
    }

    private static List<String> fields(String line) {
        return Arrays.asList(line.strip().split("\\s+", -1));
    }
}
