package io.bulkhead.cli.create;

import io.bulkhead.cli.text.Sizes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One `--mount type=...,source=...,target=...`, as the API takes it.
final class MountOption {

    private final Map<String, Object> mount = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> groups = new LinkedHashMap<>();

    private MountOption() {}

    static Map<String, Object> parse(String option) {
        return Invalid.parse(option, "--mount", text -> new MountOption().read(text));
    }

    private Map<String, Object> read(String text) {
        mount.put("Type", "volume");
        for (String field : Csv.fields(text)) {
            int sign = field.indexOf('=');
            String key = (sign < 0 ? field : field.substring(0, sign)).strip().toLowerCase(Locale.ROOT);
            if (sign < 0 && !isFlag(key)) {
                throw new IllegalArgumentException("invalid field '" + field + "' must be a key=value pair");
            }
            set(key, sign < 0 ? "true" : field.substring(sign + 1), field);
        }
        finish();
        return mount;
    }

    private static boolean isFlag(String key) {
        return switch (key) {
            case "readonly",
                    "ro",
                    "volume-nocopy",
                    "bind-nonrecursive",
                    "bind-create-src",
                    "u",
                    "chown",
                    "idmap",
                    "noidmap" -> true;
            default -> false;
        };
    }

    private void set(String key, String value, String field) {
        switch (key) {
            case "type" -> mount.put("Type", value.toLowerCase(Locale.ROOT));
            case "source", "src" -> mount.put("Source", value);
            case "target", "dst", "destination" -> mount.put("Target", value);
            case "readonly", "ro" -> putFlag(mount, "ReadOnly", key, value);
            case "u", "chown", "noidmap" -> owners(key.equals("noidmap") ? key : "U", value, key);
            case "idmap" -> owners(value.equals("true") ? key : key + "=" + value, "true", key);
            case "consistency" -> mount.put("Consistency", value.toLowerCase(Locale.ROOT));
            case "bind-propagation" -> group("BindOptions").put("Propagation", value.toLowerCase(Locale.ROOT));
            case "bind-nonrecursive" -> putFlag(group("BindOptions"), "NonRecursive", key, value);
            case "bind-create-src" -> putFlag(group("BindOptions"), "CreateMountpoint", key, value);
            case "bind-recursive" -> recursive(value);
            case "volume-nocopy" -> putFlag(group("VolumeOptions"), "NoCopy", key, value);
            case "volume-subpath" -> group("VolumeOptions").put("Subpath", value);
            case "volume-label" -> putPair(group("VolumeOptions"), "Labels", value);
            case "volume-driver" -> driver().put("Name", value);
            case "volume-opt" -> putPair(driver(), "Options", value);
            case "image-subpath" -> group("ImageOptions").put("Subpath", value);
            case "tmpfs-size" -> group("TmpfsOptions").put("SizeBytes", Sizes.parse(value));
            case "tmpfs-mode" -> group("TmpfsOptions").put("Mode", mode(value));
            default -> throw new IllegalArgumentException("unexpected key '" + key + "' in '" + field + "'");
        }
    }

    private void owners(String word, String value, String key) {
        var flag = new LinkedHashMap<String, Object>();
        putFlag(flag, "Owners", key, value);
        if (!flag.isEmpty() && mount.put("Owners", word) != null) {
            throw new IllegalArgumentException("U, idmap and noidmap exclude each other");
        }
    }

    private static void putFlag(Map<String, Object> where, String name, String key, String value) {
        switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> where.put(name, true);
            case "false", "0", "f" -> where.remove(name);
            default -> throw new IllegalArgumentException("invalid value for " + key + ": " + value);
        }
    }

    private void recursive(String value) {
        Map<String, Object> bind = group("BindOptions");
        switch (value) {
            case "enabled" -> {}
            case "disabled" -> bind.put("NonRecursive", true);
            case "writable" -> bind.put("ReadOnlyNonRecursive", true);
            case "readonly" -> bind.put("ReadOnlyForceRecursive", true);
            default ->
                throw new IllegalArgumentException("invalid value for bind-recursive: " + value
                        + " (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
        }
    }

    private static Long mode(String value) {
        try {
            return Long.valueOf(value, 8);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("invalid value for tmpfs-mode: " + value);
        }
    }

    private Map<String, Object> group(String name) {
        return groups.computeIfAbsent(name, _ -> new LinkedHashMap<>());
    }

    private Map<String, Object> driver() {
        return groups.computeIfAbsent("DriverConfig", _ -> new LinkedHashMap<>());
    }

    private static void putPair(Map<String, Object> where, String name, String pair) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (where.get(name) instanceof Map<?, ?> before) {
            before.forEach((key, value) -> pairs.put(String.valueOf(key), String.valueOf(value)));
        }
        int sign = pair.indexOf('=');
        pairs.put(sign < 0 ? pair : pair.substring(0, sign), sign < 0 ? "" : pair.substring(sign + 1));
        where.put(name, pairs);
    }

    private void finish() {
        String type = String.valueOf(mount.get("Type"));
        if (type.isEmpty()) {
            throw new IllegalArgumentException("type is required");
        }
        if (!mount.containsKey("Target")) {
            throw new IllegalArgumentException("target is required");
        }
        if (groups.containsKey("DriverConfig")) {
            group("VolumeOptions").put("DriverConfig", group("DriverConfig"));
            groups.remove("DriverConfig");
        }
        refuseMixing("VolumeOptions", "volume", type);
        refuseMixing("BindOptions", "bind", type);
        refuseMixing("TmpfsOptions", "tmpfs", type);
        refuseMixing("ImageOptions", "image", type);
        if (type.equals("bind") && mount.get("Source") instanceof String source && source.startsWith(".")) {
            mount.put("Source", Path.of(source).toAbsolutePath().normalize().toString());
        }
        mount.putAll(groups);
    }

    private void refuseMixing(String group, String owner, String type) {
        if (groups.containsKey(group) && !type.equals(owner)) {
            throw new IllegalArgumentException("cannot mix '" + owner + "-*' options with mount type '" + type + "'");
        }
    }
}
