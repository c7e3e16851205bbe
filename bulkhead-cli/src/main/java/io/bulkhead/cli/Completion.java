package io.bulkhead.cli;

import io.bulkhead.cli.api.DaemonOptions;
import io.bulkhead.cli.verb.Completes;
import io.bulkhead.cli.verb.Known;
import io.bulkhead.cli.verb.Verb;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What belongs where the cursor is in a command line that is being typed.
///
/// @param daemon which one, as far as the line says
/// @param known the names that fit there
/// @param prefix what stays of the word: an option that its value is joined to with `=`
/// @param begun what is typed of the name
record Completion(DaemonOptions daemon, Known known, String prefix, String begun) {

    private record Place(ArgSpec argument, String prefix, String begun) {}

    /// @param line up to the cursor; words are what spaces part, since names need no quotes
    /// @return nothing where no name belongs
    static Optional<Completion> at(String line) {
        Deque<String> words = new ArrayDeque<>(List.of(line.split("\\s+", -1)));
        words.pollFirst();
        var daemon = new DaemonOptions();
        while (words.size() > 1 && words.peekFirst().startsWith("-")) {
            boolean _ = daemon.take(words.removeFirst(), words);
        }
        String group = !words.isEmpty() && Verbs.GROUPS.contains(words.peekFirst()) ? words.removeFirst() : "";
        // The last word is the one that is being typed: a verb that is the last is not there yet.
        if (words.size() < 2) {
            return Optional.empty();
        }
        String name = (group + " " + words.removeFirst()).strip();
        return Verbs.named(name)
                .flatMap(verb -> place(verb, words))
                .flatMap(place -> known(place.argument)
                        .map(known -> new Completion(daemon, known.in(group), place.prefix, place.begun)));
    }

    private static Optional<Place> place(Verb verb, Deque<String> words) {
        CommandSpec spec = new CommandLine(verb).getCommandSpec();
        int position = 0;
        boolean options = true;
        while (words.size() > 1) {
            String word = words.removeFirst();
            if (options && word.equals("--")) {
                options = false;
            } else if (options && word.length() > 1 && word.startsWith("-")) {
                Optional<OptionSpec> waiting = waitsForValue(spec, word);
                if (waiting.isPresent()) {
                    String value = words.removeFirst();
                    if (words.isEmpty()) {
                        return Optional.of(new Place(waiting.get(), "", value));
                    }
                }
            } else {
                position++;
                options = options && !verb.takesCommand();
            }
        }
        return last(spec, words.removeFirst(), position, options);
    }

    private static Optional<Place> last(CommandSpec spec, String word, int position, boolean options) {
        if (!options || !word.startsWith("-")) {
            return spec.positionalParameters().stream()
                    .filter(each -> each.index().contains(position))
                    .findFirst()
                    .map(each -> new Place(each, "", word));
        }
        int sign = word.indexOf('=');
        return sign < 0
                ? Optional.empty()
                : Optional.ofNullable(spec.findOption(word.substring(0, sign)))
                        .map(option -> new Place(option, word.substring(0, sign + 1), word.substring(sign + 1)));
    }

    /// The option, or the last of several behind one dash, whose value is the next word.
    private static Optional<OptionSpec> waitsForValue(CommandSpec spec, String word) {
        if (word.startsWith("--")) {
            return Optional.ofNullable(word.contains("=") ? null : spec.findOption(word))
                    .filter(option -> option.arity().min() > 0);
        }
        for (int at = 1; at < word.length(); at++) {
            OptionSpec option = spec.findOption("-" + word.charAt(at));
            if (option == null) {
                return Optional.empty();
            }
            if (option.arity().min() > 0) {
                // What follows in the same word is its value.
                return at == word.length() - 1 ? Optional.of(option) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    static Optional<Known> known(ArgSpec argument) {
        return argument.userObject() instanceof AnnotatedElement field
                ? Optional.ofNullable(field.getAnnotation(Completes.class)).map(Completes::value)
                : Optional.empty();
    }
}
