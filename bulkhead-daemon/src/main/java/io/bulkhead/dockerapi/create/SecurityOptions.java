package io.bulkhead.dockerapi.create;

import io.bulkhead.capability.Capability;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.RecordingName;
import io.bulkhead.selinux.LabelMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the `SecurityOpt` lines say together. A line that is not understood completely is refused: it was written to
/// hold the container tighter or looser, and leaving it out would do neither.
final class SecurityOptions {

    private static final String SIZED_BY_IMAGE = "auto:size=image";

    private static final Pattern SUBIDS_OF = Pattern.compile("map:([^:,]*[^0-9:,][^:,]*)");

    private final UsernsSources sources;
    private @Nullable UsernsMode userns;
    private final SeccompOptions seccomp = new SeccompOptions();
    private LabelMode label = new LabelMode.Own();
    private boolean noNewPrivileges;
    private boolean unmaskedPaths;

    private SecurityOptions(UsernsSources sources) {
        this.sources = sources;
    }

    static SecurityOptions parse(List<String> lines, UsernsSources sources) {
        var options = new SecurityOptions(sources);
        lines.forEach(options::line);
        return options;
    }

    private void line(String line) {
        int end = separator(line);
        String key = line.substring(0, end);
        String value = end < line.length() ? line.substring(end + 1) : "";
        switch (key) {
            case "no-new-privileges" -> noNewPrivileges = truth(line, value);
            case "seccomp" -> seccomp.add(value);
            case "label" -> label = label(line, value);
            case "apparmor" -> requireUnconfined(line, value, "AppArmor profiles are not supported yet");
            case "systempaths" -> {
                requireUnconfined(line, value, "only systempaths=unconfined is known");
                unmaskedPaths = true;
            }
            case "userns" -> userns = userns("SecurityOpt", value);
            default -> throw Invalid.value("SecurityOpt", line, "this security option is not known here");
        }
    }

    /// `=` as Docker writes it today, or `:` as it used to.
    private static int separator(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '=' || line.charAt(i) == ':') {
                return i;
            }
        }
        return line.length();
    }

    private static boolean truth(String line, String value) {
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw Invalid.value("SecurityOpt", line, "no-new-privileges is true or false");
        };
    }

    private static LabelMode label(String line, String value) {
        if (value.equals("disable")) {
            return new LabelMode.Disabled();
        }
        throw Invalid.value(
                "SecurityOpt", line, "own SELinux labels are not supported yet; leave it out, or use label=disable");
    }

    private static void requireUnconfined(String line, String value, String problem) {
        if (!value.equals("unconfined")) {
            throw Invalid.value("SecurityOpt", line, problem);
        }
    }

    private UsernsMode userns(String field, String value) {
        Matcher subids = SUBIDS_OF.matcher(value);
        if (subids.matches()) {
            return new UsernsMode.Mapped(sources.subids().apply(subids.group(1)));
        }
        try {
            return value.equals(SIZED_BY_IMAGE)
                    ? new UsernsMode.Auto(sources.imageIds().getAsLong())
                    : UsernsMode.parse(value);
        } catch (IllegalArgumentException wrong) {
            throw Invalid.value(field, value, "user namespace: " + wrong.getMessage());
        }
    }

    /// The user namespace of `UsernsMode` and of these options, which may not disagree; empty where neither says
    /// anything.
    Optional<UsernsMode> userns(String usernsMode) {
        if (usernsMode.isEmpty()) {
            return Optional.ofNullable(userns);
        }
        UsernsMode named = userns("HostConfig.UsernsMode", usernsMode);
        Invalid.when(
                userns != null && !userns.equals(named),
                "HostConfig.UsernsMode and the SecurityOpt userns ask for different user namespaces");
        return Optional.of(named);
    }

    /// @param capabilities the container's final ones
    Confinement confinement(Set<Capability> capabilities) {
        return seccomp.confinement(capabilities);
    }

    Optional<RecordingName> recording() {
        return seccomp.recording();
    }

    LabelMode label() {
        return label;
    }

    boolean noNewPrivileges() {
        return noNewPrivileges;
    }

    boolean unmaskedPaths() {
        return unmaskedPaths;
    }
}
