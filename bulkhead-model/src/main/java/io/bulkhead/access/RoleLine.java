package io.bulkhead.access;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// One line of a role as the file has it; [AccessPolicy#of] makes sense of it.
public sealed interface RoleLine {

    /// A word and where it stands.
    ///
    /// @param line from 1; 0 for what is in no file
    record Word(String text, int line) {}

    /// All lines of another role.
    record Extends(Word role) implements RoleLine {}

    /// @param denies whether it forbids
    /// @param operations at least one
    /// @param owner `self`, or nothing
    record Rule(
            int line,
            boolean denies,
            List<Word> operations,
            List<Word> containers,
            List<Word> images,
            List<Word> volumes,
            List<Word> networks,
            List<Word> privileges,
            Optional<Word> owner)
            implements RoleLine {
        public Rule {
            operations = List.copyOf(operations);
            containers = List.copyOf(containers);
            images = List.copyOf(images);
            volumes = List.copyOf(volumes);
            networks = List.copyOf(networks);
            privileges = List.copyOf(privileges);
        }

        /// As a file has it, in one line.
        String text() {
            var parts = new StringJoiner(", ");
            parts.add((denies ? "deny: " : "operations: ") + list(operations));
            add(parts, "containers", containers);
            add(parts, "images", images);
            add(parts, "volumes", volumes);
            add(parts, "networks", networks);
            add(parts, "privileges", privileges);
            owner.ifPresent(word -> parts.add("owner: " + word.text()));
            return parts.toString();
        }

        private static void add(StringJoiner parts, String key, List<Word> words) {
            if (!words.isEmpty()) {
                parts.add(key + ": " + list(words));
            }
        }

        private static String list(List<Word> words) {
            return words.stream().map(Word::text).toList().toString();
        }
    }

    /// Who has a role.
    record Binding(Word role, List<Principal> principals) {
        public Binding {
            principals = List.copyOf(principals);
        }
    }
}
