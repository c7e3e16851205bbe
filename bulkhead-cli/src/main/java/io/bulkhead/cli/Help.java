package io.bulkhead.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;

/// The usage of the whole program and of its groups.
final class Help {

    private Help() {}

    static String text() {
        String verbs = Verbs.NAMES.stream()
                .filter(name -> !name.contains(" "))
                .map(Help::line)
                .collect(Collectors.joining());
        String groups = Verbs.GROUPS.stream()
                .map(group -> "  " + pad(group) + String.join(", ", words(group)) + "\n")
                .collect(Collectors.joining());
        return """
                Usage: bulkhead [OPTIONS] COMMAND

                Containers that contain.

                Options:
                  -H, --host       unix:///SOCKET or tcp://HOST[:2376]
                                   (else BULKHEAD_HOST, DOCKER_HOST, unix:///run/bulkhead/bulkhead.sock)
                      --tlsverify  Use TLS, as tcp:// needs (else DOCKER_TLS_VERIFY); --tls is the same
                      --tlscacert  Who vouches for the daemon, a file (else ca.pem in DOCKER_CERT_PATH or ~/.docker)
                      --tlscert    Client certificate, a file (else cert.pem there)
                      --tlskey     Its key, a file (else key.pem there)
                  -v, --version    Print version information and quit
                      --help       Print usage

                BULKHEAD_TOKEN_FILE names a file with a bearer token to be known by; BULKHEAD_TOKEN is one.

                Commands:
                %s
                Groups:
                %s
                Run 'bulkhead COMMAND --help' for more information on a command.
                """.formatted(verbs, groups);
    }

    static String group(String group) {
        String verbs =
                words(group).stream().map(word -> line(group + " " + word)).collect(Collectors.joining());
        return """
                Usage: bulkhead %s COMMAND

                Commands:
                %s
                Run 'bulkhead %s COMMAND --help' for more information on a command.
                """.formatted(group, verbs, group);
    }

    private static List<String> words(String group) {
        return Verbs.NAMES.stream()
                .filter(name -> name.startsWith(group + " "))
                .map(name -> name.substring(group.length() + 1))
                .toList();
    }

    private static String line(String name) {
        String description = Verbs.named(name)
                .map(verb -> verb.getClass().getAnnotation(CommandLine.Command.class))
                .map(command -> String.join(" ", command.description()))
                .orElse("");
        return "  " + pad(name.substring(name.indexOf(' ') + 1)) + description + "\n";
    }

    private static String pad(String text) {
        return text + " ".repeat(Math.max(1, 13 - text.length()));
    }
}
