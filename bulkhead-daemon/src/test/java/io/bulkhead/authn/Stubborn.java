package io.bulkhead.authn;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// Shows its certificates, whether or not they belong together, even to servers that say they would not take them.
final class Stubborn extends X509ExtendedKeyManager {

    private final X509ExtendedKeyManager inner;
    private final X509Certificate[] chain;

    Stubborn(X509ExtendedKeyManager inner, X509Certificate[] chain) {
        this.inner = inner;
        this.chain = chain;
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return "client";
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
        return "client";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return inner.getPrivateKey(alias);
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
        return new String[] {"client"};
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("a client");
    }
}
