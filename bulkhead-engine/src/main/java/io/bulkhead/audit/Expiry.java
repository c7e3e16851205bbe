package io.bulkhead.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Which older files a [AuditSettings.Retention] lets go: always the oldest, so that what stays has no holes.
record Expiry(AuditSettings.Retention rule, Instant now) {

    /// How many of the oldest have to go.
    int excess(List<RecordFiles.Older> older) throws IOException {
        int excess = Math.max(0, older.size() - rule.files().orElse(Integer.MAX_VALUE));
        long bytes = 0;
        for (int at = older.size() - 1; at >= excess; at--) {
            bytes += Files.size(older.get(at).file());
            if (bytes > rule.bytes().orElse(Long.MAX_VALUE) || tooOld(older.get(at))) {
                excess = at + 1;
            }
        }
        return excess;
    }

    /// Nothing is written to a file once it is older: its time is that of its last record.
    private boolean tooOld(RecordFiles.Older file) throws IOException {
        Instant last = Files.getLastModifiedTime(file.file()).toInstant();
        return rule.age()
                .filter(age -> Duration.between(last, now).compareTo(age) >= 0)
                .isPresent();
    }
}
