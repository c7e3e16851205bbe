/// `bulkheadd`: the Docker Engine API over the engine.
module io.bulkhead.daemon {
    requires io.bulkhead.model;
    requires io.bulkhead.kernel;
    requires io.bulkhead.image;
    requires io.bulkhead.engine;
    requires static org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.codec.http;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires com.fasterxml.jackson.annotation;
    requires info.picocli;
    requires java.logging;
    requires java.naming;
    requires re2j;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    // The file of tokens.
    opens io.bulkhead.authn to
            tools.jackson.databind;

    // The records that requests are read into.
    opens io.bulkhead.dockerapi.create to
            tools.jackson.databind;
    opens io.bulkhead.dockerapi.volume to
            tools.jackson.databind;
    opens io.bulkhead.dockerapi.token to
            tools.jackson.databind;
    opens io.bulkhead.dockerapi.access to
            tools.jackson.databind;

    // The configuration file's records and the command's options.
    opens io.bulkhead.daemon to
            tools.jackson.databind,
            info.picocli;

    provides System.LoggerFinder with
            io.bulkhead.daemon.EventLog.Finder;
}
