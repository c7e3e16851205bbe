package io.bulkhead.cli.image;

import io.bulkhead.cli.terminal.Tty;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "pull", description = "Download an image from a registry")
public final class PullVerb extends Verb {

    @Option(
            names = {"-a", "--all-tags"},
            description = "Download all tagged images in the repository")
    boolean allTags;

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH",
            description = "Set platform if server is multi-platform capable")
    String platform = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Suppress verbose output")
    boolean quiet;

    @Parameters(index = "0", paramLabel = "NAME[:TAG|@DIGEST]")
    String image = "";

    @Override
    protected int run() {
        if (allTags) {
            throw new Failure("pulling all tags is not supported; name the tags");
        }
        String whole = Pull.withTag(image);
        if (!quiet && whole.length() != image.length()) {
            say("Using default tag: latest");
        }
        PrintStream out = quiet
                ? new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8)
                : console().out();
        Pull.image(api(), console(), image, platform, out, Tty.is(1));
        say(quiet ? whole : RegistryCredentials.shownRegistry(image) + whole);
        return 0;
    }
}
