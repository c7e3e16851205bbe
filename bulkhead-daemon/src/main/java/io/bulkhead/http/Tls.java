package io.bulkhead.http;

import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/// The TLS of a listener: 1.2 and 1.3, with ciphers that are authenticated and have forward secrecy, as the JDK has
/// them. A connection's keys are agreed on once: a client cannot become somebody else in the middle of one.
///
/// @param context with the server's key and what client certificates are trusted by
/// @param clients what is asked of clients
/// @param refusals who is told about connections that came to nothing
public record Tls(SSLContext context, Clients clients, Refusals refusals) {

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    static {
        // The JDK reads this when it first makes a connection of its own.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /// Whether a client must show a certificate. One that is shown is always checked.
    public enum Clients {
        REQUIRED,
        WELCOME,
        NOT_ASKED
    }

    /// Is told on an event loop, and must not block.
    @FunctionalInterface
    public interface Refusals {
        void refused(String address, String reason);
    }

    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setCipherSuites(Arrays.stream(parameters.getCipherSuites())
                .filter(suite -> suite.contains("_GCM_") || suite.contains("_CHACHA20_"))
                .filter(suite -> suite.startsWith("TLS_AES_")
                        || suite.startsWith("TLS_CHACHA20_")
                        || suite.startsWith("TLS_ECDHE_"))
                .toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        switch (clients) {
            case REQUIRED -> parameters.setNeedClientAuth(true);
            case WELCOME -> parameters.setWantClientAuth(true);
            case NOT_ASKED -> parameters.setWantClientAuth(false);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }
}
