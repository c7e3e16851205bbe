package io.bulkhead.dockerapi.create;

import io.bulkhead.name.ContainerName;
import java.util.List;
import java.util.random.RandomGenerator;

/// Names for containers that got none: a property and a part of a ship, with two digits against collisions.
final class RandomName {

    private static final List<String> PROPERTIES = List.of(
            "able", "amber", "ample", "azure", "brave", "brisk", "broad", "calm", "clear", "crisp", "deep", "dry",
            "eager", "early", "fair", "firm", "fleet", "fresh", "gentle", "glad", "grand", "green", "hardy", "keen",
            "kind", "light", "lucid", "merry", "mild", "neat", "noble", "pale", "plain", "proud", "quick", "quiet",
            "rapid", "ready", "sharp", "silent", "smooth", "solid", "sound", "spare", "stark", "steady", "still",
            "stout", "swift", "tidy", "trim", "true", "vivid", "warm", "wide", "wise");
    private static final List<String> PARTS = List.of(
            "anchor",
            "ballast",
            "beam",
            "berth",
            "bilge",
            "block",
            "boom",
            "bow",
            "bridge",
            "brig",
            "buoy",
            "cabin",
            "capstan",
            "cargo",
            "chart",
            "cleat",
            "compass",
            "cutter",
            "davit",
            "deck",
            "ferry",
            "fender",
            "frigate",
            "funnel",
            "galley",
            "gangway",
            "hatch",
            "hawser",
            "helm",
            "hull",
            "jetty",
            "jib",
            "keel",
            "ketch",
            "ladder",
            "lantern",
            "lighter",
            "lock",
            "mast",
            "mooring",
            "oar",
            "pier",
            "port",
            "prow",
            "quay",
            "rail",
            "rigging",
            "rudder",
            "sail",
            "schooner",
            "sextant",
            "skiff",
            "sloop",
            "spar",
            "stern",
            "tender",
            "tide",
            "tiller",
            "transom",
            "trawler",
            "tug",
            "wharf",
            "winch",
            "yard");

    private RandomName() {}

    static ContainerName next(RandomGenerator randomness) {
        return new ContainerName(PROPERTIES.get(randomness.nextInt(PROPERTIES.size()))
                + "_" + PARTS.get(randomness.nextInt(PARTS.size()))
                + String.format(java.util.Locale.ROOT, "%02d", randomness.nextInt(100)));
    }
}
