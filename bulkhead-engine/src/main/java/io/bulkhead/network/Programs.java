package io.bulkhead.network;

import io.bulkhead.kernel.Fd;
import io.bulkhead.name.Names;
import io.bulkhead.network.NetworkException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The host's `ip` and `nft`, found once by absolute path. What they shall do goes to their standard input; there is no
/// shell and nothing of a caller's text in it.
final class Programs {

    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"), Path.of("/bin"));
    private static final int SECONDS = 20;
    private static final int SHOWN_LINES = 3;
    private static final Executor READERS =
            task -> Thread.ofVirtual().name("network-output").start(task);

    private final Optional<Path> ip = find("ip");
    private final Optional<Path> nft = find("nft");
    private final Optional<Path> nsenter = find("nsenter");
    private final Optional<Fd> hostNetwork;

    /// @param hostNetwork where they run; empty: where this process is
    Programs(Optional<Fd> hostNetwork) {
        this.hostNetwork = hostNetwork;
    }

    /// Lines for `ip`, done one after the other up to the first that fails.
    void ip(String batch) {
        run(inHostNetwork(path(ip, "ip", "iproute2"), "-batch", "-"), batch);
    }

    /// One transaction: all of it happens or nothing.
    void nft(String rules) {
        run(inHostNetwork(path(nft, "nft", "nftables"), "-f", "-"), rules);
    }

    private List<String> inHostNetwork(String... command) {
        var plain = List.of(command);
        return hostNetwork.map(network -> inside(network, plain)).orElse(plain);
    }

    private List<String> inside(Fd network, List<String> command) {
        var entered = new ArrayList<>(List.of(path(nsenter, "nsenter", "util-linux"), "--net=" + network.path()));
        entered.addAll(command);
        return entered;
    }

    private static Optional<Path> find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String path(Optional<Path> program, String name, String packageName) {
        return program.orElseThrow(() -> new NetworkException(
                        Reason.PLUMBING,
                        "`" + name + "` is not installed, networks need it: install the package " + packageName))
                .toString();
    }

    private static void run(List<String> command, String input) {
        try {
            Process process = start(command);
            var output = CompletableFuture.supplyAsync(() -> read(process), READERS);
            write(process, input);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(command, "did not end within " + SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw failed(command, shown(output.join()));
            }
        } catch (IOException failure) {
            throw failed(command, Names.shown(String.valueOf(failure.getMessage())));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    private static Process start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        // nsenter looks its program up only if it has no slash; nothing else needs a path
        builder.directory(Path.of("/").toFile());
        return builder.start();
    }

    /// A program that ends early breaks the pipe; its exit status then tells more than that.
    private static void write(Process process, String input) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException broken) {
            if (process.isAlive()) {
                process.destroyForcibly();
                throw broken;
            }
        }
    }

    private static String read(Process process) {
        try (var stdout = process.getInputStream()) {
            return new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String shown(String output) {
        return output.lines().limit(SHOWN_LINES).map(Names::shown).collect(Collectors.joining("; "));
    }

    private static NetworkException failed(List<String> command, String problem) {
        return new NetworkException(Reason.PLUMBING, String.join(" ", command) + ": " + problem);
    }
}
