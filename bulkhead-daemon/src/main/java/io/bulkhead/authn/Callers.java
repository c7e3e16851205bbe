package io.bulkhead.authn;

import io.bulkhead.access.Caller;
import io.bulkhead.http.Identity;
import io.bulkhead.http.Link;
import io.bulkhead.http.Peer;
import io.bulkhead.http.UnidentifiedException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Who asks, whatever they come by. A token takes the place of what the connection itself says and is never added to
/// it; one that is refused leaves nothing.
public final class Callers implements Identity {

    private static final String BEARER = "bearer ";

    private final PeerCredentials credentials;
    private final Tokens tokens;
    private final Refusals refusals;
    private final Optional<Network> network;

    /// What is taken over TCP.
    ///
    /// @param takesTokens whether tokens are
    public record Network(TlsFiles files, boolean takesTokens) {}

    /// @param network empty if nobody listens there
    public Callers(PeerCredentials credentials, Tokens tokens, Refusals refusals, Optional<Network> network) {
        this.credentials = credentials;
        this.tokens = tokens;
        this.refusals = refusals;
        this.network = network;
    }

    @Override
    public Peer of(Link link) throws IOException {
        return switch (link) {
            case Link.Unix(int descriptor) -> {
                Caller.UnixUser user = credentials.caller(descriptor);
                yield claim -> claim.authorization().isEmpty() ? user : byToken(claim, user, user.subject());
            }
            case Link.Secure(var certificates, var address) -> {
                Network over = network.orElseThrow(() -> new IOException("nobody listens on TCP"));
                yield claim -> overNetwork(claim, over, certificates, address);
            }
        };
    }

    private Caller overNetwork(Peer.Claim claim, Network over, List<X509Certificate> certificates, String address)
            throws UnidentifiedException {
        Optional<Caller> shown = Optional.empty();
        if (!certificates.isEmpty()) {
            shown = Optional.of(byCertificate(claim, over.files(), certificates, address));
        }
        Caller known = shown.orElse(new Caller.Unidentified(address));
        if (!claim.authorization().isEmpty()) {
            if (!over.takesTokens()) {
                throw refused(claim, known, address, "tokens are not taken over TCP (tcp.tokens in bulkhead.yaml)");
            }
            return byToken(claim, known, address);
        }
        if (shown.isEmpty()) {
            throw refused(claim, known, address, "neither a client certificate nor a token was shown");
        }
        return known;
    }

    /// Again at each request: an authority, a list or the time may have changed since the handshake, and a resumed
    /// session had none.
    private Caller byCertificate(Peer.Claim claim, TlsFiles files, List<X509Certificate> certificates, String address)
            throws UnidentifiedException {
        try {
            files.check(certificates);
            return CertificateName.caller(certificates.getFirst(), address);
        } catch (CertificateException wrong) {
            throw refused(claim, new Caller.Unidentified(address), address, String.valueOf(wrong.getMessage()));
        }
    }

    private Caller byToken(Peer.Claim claim, Caller known, String address) throws UnidentifiedException {
        if (claim.authorization().size() > 1) {
            throw refused(claim, known, address, "the Authorization header is there more than once");
        }
        String value = claim.authorization().getFirst();
        if (!value.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw refused(claim, known, address, "the Authorization header is `Bearer` and a token, or is left out");
        }
        return switch (tokens.answer(value.substring(BEARER.length()).strip(), address)) {
            case Tokens.Answer.Known(var caller) -> caller;
            case Tokens.Answer.Refused(var reason) -> throw refused(claim, known, address, reason);
        };
    }

    private UnidentifiedException refused(Peer.Claim claim, Caller known, String address, String reason) {
        return refusals.request(known, address, claim.request(), reason)
                ? UnidentifiedException.unauthorized("access denied: " + reason)
                : UnidentifiedException.tooMany("access denied: " + reason + "; too many refused requests from "
                        + address + ", each further one has to wait");
    }
}
