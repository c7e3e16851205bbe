package io.bulkhead.daemon;

import io.bulkhead.audit.Gate;
import io.bulkhead.authn.AuthnException;
import io.bulkhead.authn.Callers;
import io.bulkhead.authn.PeerCredentials;
import io.bulkhead.authn.Refusals;
import io.bulkhead.authn.TlsFiles;
import io.bulkhead.authn.Tokens;
import io.bulkhead.http.Identity;
import io.bulkhead.http.Listener;
import io.bulkhead.http.Tls;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Who is let in, and by which listeners besides the unix socket.
final class Entrance implements AutoCloseable {

    private final Tokens tokens;
    private final Optional<TlsFiles> files;
    private final Callers callers;
    private final List<Listener> listeners;

    private Entrance(Tokens tokens, Optional<TlsFiles> files, Callers callers, List<Listener> listeners) {
        this.tokens = tokens;
        this.files = files;
        this.callers = callers;
        this.listeners = listeners;
    }

    static Entrance open(Config config, Gate gate, Clock clock) {
        try {
            var refusals = new Refusals(gate);
            Tokens tokens = Tokens.open(config.state().resolve("tokens"), clock);
            Optional<TlsFiles> files = config.tcp().map(tcp -> new TlsFiles(tcp.files()));
            Optional<Callers.Network> network = files.map(
                    read -> new Callers.Network(read, config.tcp().orElseThrow().tokens()));
            var callers = new Callers(new PeerCredentials(Path.of("/proc")), tokens, refusals, network);
            List<Listener> listeners = files.map(read -> secured(config.tcp().orElseThrow(), read, refusals))
                    .orElse(List.of());
            return new Entrance(tokens, files, callers, listeners);
        } catch (AuthnException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private static List<Listener> secured(Config.Tcp tcp, TlsFiles files, Refusals refusals) {
        Tls.Clients clients;
        if (tcp.files().clientAuthorities().isEmpty()) {
            clients = Tls.Clients.NOT_ASKED;
        } else {
            clients = tcp.tokens() ? Tls.Clients.WELCOME : Tls.Clients.REQUIRED;
        }
        var tls = new Tls(files.context(), clients, refusals::connection);
        return tcp.listen().stream()
                .<Listener>map(address -> new Listener.Secured(address, tls))
                .toList();
    }

    Identity identity() {
        return callers;
    }

    Tokens tokens() {
        return tokens;
    }

    /// Those on TCP.
    List<Listener> listeners() {
        return listeners;
    }

    /// What keeps somebody out who should come in, for `info`.
    List<String> problems() {
        return Stream.concat(files.stream().flatMap(read -> read.problems().stream()), tokens.problem().stream())
                .toList();
    }

    @Override
    public void close() {
        tokens.close();
    }
}
