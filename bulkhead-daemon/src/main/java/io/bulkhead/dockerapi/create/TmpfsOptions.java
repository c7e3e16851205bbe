package io.bulkhead.dockerapi.create;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Options of a tmpfs as mount(8) writes them. What nobody asked for is the careful choice: nosuid, nodev, noexec.
final class TmpfsOptions {

    private static final Set<String> FLAGS = Set.of(
            "ro",
            "rw",
            "exec",
            "noexec",
            "suid",
            "nosuid",
            "dev",
            "nodev",
            "atime",
            "noatime",
            "diratime",
            "nodiratime",
            "relatime",
            "norelatime",
            "strictatime",
            "sync",
            "async");
    private static final Pattern VALUE =
            Pattern.compile("(size|nr_blocks|nr_inodes)=[0-9]{1,18}[kKmMgG%]?|mode=[0-7]{1,4}|(uid|gid)=[0-9]{1,10}");

    private TmpfsOptions() {}

    static List<String> parse(String text) {
        return complete(
                Stream.of(text.split(",", -1)).filter(word -> !word.isEmpty()).toList());
    }

    static List<String> of(HostConfig.Mount mount) {
        var words = new ArrayList<String>();
        if (mount.readOnly()) {
            words.add("ro");
        }
        var options = mount.tmpfsOptions();
        if (options != null) {
            Invalid.when(options.sizeBytes() < 0, "TmpfsOptions.SizeBytes must be a positive value");
            Invalid.when(options.mode() < 0 || options.mode() > 07777, "TmpfsOptions.Mode is outside 0..07777");
            if (options.sizeBytes() > 0) {
                words.add("size=" + options.sizeBytes());
            }
            if (options.mode() > 0) {
                words.add("mode=" + Integer.toOctalString(options.mode()));
            }
            options.options().forEach(pair -> words.add(String.join("=", pair)));
        }
        return complete(words);
    }

    private static List<String> complete(List<String> words) {
        var complete = new ArrayList<String>();
        for (String word : words) {
            if (!FLAGS.contains(word) && !VALUE.matcher(word).matches()) {
                throw Invalid.value(
                        "invalid tmpfs option",
                        word,
                        "it is a mount flag, size, mode, uid, gid, nr_inodes or nr_blocks");
            }
            complete.add(word);
        }
        for (String careful : List.of("suid", "dev", "exec")) {
            if (!words.contains(careful) && !words.contains("no" + careful)) {
                complete.add("no" + careful);
            }
        }
        return complete;
    }
}
