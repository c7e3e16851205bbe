package io.bulkhead.daemon;

import io.bulkhead.http.HttpServer;
import io.bulkhead.kernel.Spawn;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.json.JsonMapper;

/// Loads what every start needs while the command line and the configuration are read: native calls, JSON and the HTTP
/// server are half of the time to the first answer, and the second processor has nothing else to do then.
///
/// Each part is waited for before anybody else touches its classes: two threads that initialise the same classes in
/// different orders could wait for each other for ever. A failure here is left to the first real use, which names it.
final class Preload {

    private final CountDownLatch engine = new CountDownLatch(1);
    private final CountDownLatch server = new CountDownLatch(1);

    private Preload() {}

    static Preload begin() {
        var preload = new Preload();
        Thread.ofPlatform().daemon().name("preload").start(preload::run);
        return preload;
    }

    private void run() {
        try {
            Spawn.pipe().close();
            String _ =
                    JsonMapper.shared().writeValueAsString(JsonMapper.shared().readValue("{\"a\":1}", Map.class));
        } finally {
            engine.countDown();
        }
        try {
            HttpServer.load();
        } finally {
            server.countDown();
        }
    }

    void awaitEngine() throws InterruptedException {
        engine.await();
    }

    void awaitServer() throws InterruptedException {
        server.await();
    }
}
