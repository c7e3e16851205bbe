package io.bulkhead.cli.registry;

/// How the Docker configuration names a registry.
public final class Server {

    /// Docker Hub, for historical reasons by a whole address.
    public static final String HUB = "https://index.docker.io/v1/";

    private Server() {}

    /// @param address as somebody typed it; empty means Docker Hub
    static String of(String address) {
        return address.isEmpty() || address.equals("docker.io") || address.equals(HUB) ? HUB : hostname(address);
    }

    /// Without a scheme before it and a path after it: older clients wrote both.
    static String hostname(String address) {
        String host = address;
        for (String scheme : new String[] {"https://", "http://"}) {
            host = host.startsWith(scheme) ? host.substring(scheme.length()) : host;
        }
        int path = host.indexOf('/');
        return path < 0 ? host : host.substring(0, path);
    }
}
