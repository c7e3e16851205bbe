package io.bulkhead.cli.access;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What a question about roles is about.
public final class QuestionOptions {

    @Parameters(index = "0", paramLabel = "OPERATION", description = "For example container.start")
    String operation = "";

    @Option(
            names = "--container",
            paramLabel = "NAME",
            description = "On this container; one that is there counts as it is")
    String container = "";

    @Option(names = "--image", paramLabel = "NAME", description = "From, or on, this image")
    String image = "";

    @Option(names = "--volume", paramLabel = "NAME", description = "On this volume")
    String volume = "";

    @Option(names = "--network", paramLabel = "NAME", description = "On this network")
    String network = "";

    @Option(
            names = "--owner",
            paramLabel = "SUBJECT",
            description = "Who made it: self, or as the record has callers, for example unix:1001")
    String owner = "";

    @Option(
            names = "--privilege",
            paramLabel = "PRIVILEGE",
            description = "With this power, for example added-capability:NET_ADMIN; may be given several times")
    List<String> privileges = new ArrayList<>();

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Operation", operation);
        put(body, "Container", container);
        put(body, "Image", image);
        put(body, "Volume", volume);
        put(body, "Network", network);
        put(body, "Owner", owner);
        body.put("Privileges", privileges);
        return body;
    }

    static void put(Map<String, Object> body, String field, String text) {
        if (!text.isEmpty()) {
            body.put(field, text);
        }
    }
}
