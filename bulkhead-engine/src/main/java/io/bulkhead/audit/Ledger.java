package io.bulkhead.audit;

import io.bulkhead.chain.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The files being written: puts records into the chain, signs checkpoints, begins new files and removes old ones.
/// Used by the one thread of [AuditFile]; [#force] and [#signedHead] also by another.
final class Ledger implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Ledger.class.getName());

    /// The last checkpoint that is on the disk for sure. A record that ends before it was cut off.
    private static final String HEAD = "checkpoint.head";

    /// Starts that may come between two checkpoints, each with a line of its own.
    private static final long STARTS = 10;

    private static final Duration NEXT_TRY = Duration.ofMinutes(1);
    private static final Duration RETENTION = Duration.ofHours(1);

    private final FileChannel lock;
    private final RecordFiles files;
    private final AuditSettings settings;
    private final SigningKey key;
    private final Clock clock;
    private volatile FileChannel channel;
    private AuditReserve reserve;
    private Place place;
    private Optional<Instant> begun;
    private Instant signed;
    private Instant notBefore = Instant.MIN;
    private Instant nextRetention = Instant.MIN;
    private long tornBytes;
    private boolean announced;
    private volatile Optional<byte[]> lastCheckpoint = Optional.empty();
    private Optional<byte[]> noted = Optional.empty();

    private Ledger(
            RecordFiles files,
            AuditSettings settings,
            SigningKey key,
            FileChannel lock,
            FileChannel channel,
            Place.Found found,
            Clock clock) {
        this.lock = lock;
        this.files = files;
        this.settings = settings;
        this.key = key;
        this.clock = clock;
        this.channel = channel;
        place = found.place();
        begun = found.begun().map(Instant::parse);
        tornBytes = found.tornBytes();
        signed = clock.instant();
        reserve = new AuditReserve(files.current(), place.length());
    }

    /// Opens or begins the record.
    ///
    /// @throws AuditException when it is no chain up to its end, or ends before what was signed
    static Ledger open(Path directory, AuditSettings settings, Clock clock) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lock = locked(directory);
        try {
            return open(new RecordFiles(directory), lock, settings, clock);
        } catch (IOException | RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    /// Two writers would each follow a line that the other does not know.
    private static FileChannel locked(Path directory) throws IOException {
        var channel = FileChannel.open(
                directory.resolve("lock"),
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // told below
        }
        channel.close();
        throw new AuditException("audit record in " + directory + ": another process writes it", null);
    }

    private static Ledger open(RecordFiles files, FileChannel lock, AuditSettings settings, Clock clock)
            throws IOException {
        SigningKey key = SigningKey.in(files.directory());
        if (Files.notExists(files.current())) {
            createCurrent(files);
        }
        Place.Found found = found(files);
        requireSigned(files.directory().resolve(HEAD), found.place());
        FileChannel channel = FileChannel.open(files.current(), StandardOpenOption.WRITE);
        if (found.tornBytes() > 0) {
            Place.setAside(files.current(), found.place().length(), clock.millis());
            channel.truncate(found.place().length());
        }
        channel.position(found.place().length());
        return new Ledger(files, settings, key, lock, channel, found, clock);
    }

    private static void createCurrent(RecordFiles files) throws IOException {
        Files.createFile(
                files.current(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        SigningKey.forceDirectory(files.directory());
    }

    /// The current file has to continue the newest of the older ones. Whether those hold together is for
    /// `bulkhead audit verify`: a start would take minutes on a record of years.
    private static Place.Found found(RecordFiles files) throws IOException {
        List<RecordFiles.Older> older = files.older();
        Place before =
                older.isEmpty() ? Place.BEGINNING : Place.atEnd(older.getLast().file());
        return Place.follow(files.current(), before);
    }

    private static void requireSigned(Path head, Place place) throws IOException {
        if (Files.notExists(head)) {
            return;
        }
        long through = JsonFields.of(Files.readAllBytes(head))
                .map(fields -> fields.number("seq"))
                .orElse(0L);
        if (through > place.last()) {
            throw new AuditException(
                    "audit record in " + head.getParent() + ": it ends with record " + place.last() + ", but record "
                            + through + " was there and signed: the end was cut off. Keep what is there for whoever "
                            + "looks into it, and move the directory away to begin anew",
                    null);
        }
    }

    /// Writes all or, where that fails, those that can be written one by one.
    void write(List<Entry> batch) {
        try {
            // Trying again must not write what somebody was told is not written.
            writeTogether(
                    batch.stream().filter(entry -> !entry.written().isDone()).toList());
        } catch (IOException | RuntimeException failure) {
            if (batch.size() == 1) {
                batch.getFirst()
                        .written()
                        .completeExceptionally(
                                new AuditException("audit record cannot be written, so nothing was done", failure));
            } else {
                batch.forEach(entry -> write(List.of(entry)));
            }
        }
    }

    private void writeTogether(List<Entry> batch) throws IOException {
        var draft = new Draft();
        for (Entry entry : batch) {
            try {
                reserve.require(entry.operation(), draft.place.length());
                draft.add(entry);
            } catch (AuditException refused) {
                entry.written().completeExceptionally(refused);
            }
        }
        if (draft.entries.isEmpty()) {
            return;
        }
        commit(draft);
        for (int i = 0; i < draft.entries.size(); i++) {
            draft.entries.get(i).written().complete(draft.numbers.get(i));
        }
    }

    private void commit(Draft draft) throws IOException {
        try {
            var bytes = ByteBuffer.wrap(draft.bytes.toByteArray());
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes);
            }
            if (settings.sync() == AuditSettings.Sync.ALWAYS) {
                channel.force(false);
            }
        } catch (IOException failure) {
            takeBackWhatWasWritten(failure);
            throw failure;
        }
        place = draft.place;
        announced = true;
        tornBytes = 0;
        begun = begun.or(() -> Optional.of(clock.instant()));
        draft.checkpoint.ifPresent(line -> {
            lastCheckpoint = Optional.of(line);
            signed = clock.instant();
        });
    }

    /// Half a line must not stay: the next one would be glued to it.
    private void takeBackWhatWasWritten(IOException failure) {
        try {
            channel.truncate(place.length());
            channel.position(place.length());
            reserve.emptied(place.length());
        } catch (IOException | AuditException second) {
            failure.addSuppressed(second);
        }
    }

    /// Lines that follow each other and are not in the file yet.
    private final class Draft {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Entry> entries = new ArrayList<>();
        private final List<Long> numbers = new ArrayList<>();
        private Place place = Ledger.this.place;
        private Optional<byte[]> checkpoint = Optional.empty();

        Draft() {
            // Every file and every start says by whose key it is signed, so that each file can be checked alone.
            if (!announced) {
                line(beginning());
                checkpoint();
            }
        }

        void add(Entry entry) {
            numbers.add(place.next());
            line(entry.fields());
            entries.add(entry);
            if (place.last() - place.checkpoint() >= settings.checkpoints().records()) {
                checkpoint();
            }
        }

        void checkpoint() {
            String time = clock.instant().toString();
            long within = settings.checkpoints().records() + STARTS;
            var signing = new Checkpoint(
                    place.next(), place.previous(), time, within, key.open().id());
            var fields = new LinkedHashMap<String, Object>();
            fields.put("kind", "checkpoint");
            fields.put("within", within);
            fields.put("key", signing.key());
            fields.put("signature", key.sign(signing));
            checkpoint = Optional.of(line(fields, time, true));
        }

        byte[] line(Map<String, Object> fields) {
            return line(fields, clock.instant().toString(), false);
        }

        private byte[] line(Map<String, Object> fields, String time, boolean isCheckpoint) {
            var record = new LinkedHashMap<String, Object>();
            record.put("seq", place.next());
            record.put("time", time);
            record.putAll(fields);
            record.put("prev", place.previous());
            byte[] line = (JsonFields.MAPPER.writeValueAsString(record) + "\n").getBytes(StandardCharsets.US_ASCII);
            bytes.writeBytes(line);
            place = place.after(line, isCheckpoint);
            return line;
        }
    }

    private Map<String, Object> beginning() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("kind", "begin");
        fields.put("pid", ProcessHandle.current().pid());
        fields.put("key", key.open().id());
        fields.put("public_key", key.open().base64());
        if (place.length() == 0 && place.last() > 0) {
            fields.put("continues", place.last());
        }
        if (tornBytes > 0) {
            fields.put("torn_bytes_before", tornBytes);
        }
        return fields;
    }

    /// What is due without anybody asking: a checkpoint, a new file, the removal of old ones.
    void tend() {
        Instant now = clock.instant();
        try {
            if (unsigned()
                    && Duration.between(signed, now)
                                    .compareTo(settings.checkpoints().pause())
                            >= 0) {
                checkpointNow();
            }
            if (now.isAfter(notBefore) && rotationIsDue(now)) {
                rotate();
            }
            if (now.isAfter(nextRetention)) {
                nextRetention = now.plus(RETENTION);
                retain();
            }
        } catch (IOException | RuntimeException failure) {
            notBefore = now.plus(NEXT_TRY);
            signed = now;
            LOG.log(System.Logger.Level.WARNING, "the audit record could not be tended", failure);
        }
    }

    private boolean unsigned() {
        return announced && place.last() > place.checkpoint();
    }

    private void checkpointNow() throws IOException {
        var draft = new Draft();
        draft.checkpoint();
        commit(draft);
    }

    private boolean rotationIsDue(Instant now) {
        boolean old = begun.isPresent()
                && settings.rotation()
                        .age()
                        .filter(age -> Duration.between(begun.get(), now).compareTo(age) >= 0)
                        .isPresent();
        return place.length() > 0 && (place.length() >= settings.rotation().bytes() || old);
    }

    /// The old file ends with a checkpoint. A process that ends in between leaves an older file without a current
    /// one, or an empty one; both are how a start expects them.
    private void rotate() throws IOException {
        if (!reserve.roomy(place.length())) {
            return;
        }
        if (unsigned()) {
            checkpointNow();
        }
        channel.force(true);
        long first = firstNumber();
        Path old = files.olderName(first);
        if (Files.exists(old)) {
            throw new IOException(old + " is there already");
        }
        Files.move(files.current(), old, StandardCopyOption.ATOMIC_MOVE);
        FileChannel fresh;
        try {
            createCurrent(files);
            fresh = FileChannel.open(files.current(), StandardOpenOption.WRITE);
        } catch (IOException failure) {
            Files.move(old, files.current(), StandardCopyOption.ATOMIC_MOVE);
            throw failure;
        }
        // Gives back what was set aside behind its end.
        try (FileChannel ended = channel) {
            ended.truncate(place.length());
        }
        channel = fresh;
        place = place.inNewFile();
        begun = Optional.empty();
        announced = false;
        reserve = new AuditReserve(files.current(), 0);
        retain();
    }

    private long firstNumber() throws IOException {
        try (var reader = Files.newBufferedReader(files.current(), StandardCharsets.US_ASCII)) {
            String line = reader.readLine();
            return JsonFields.of(String.valueOf(line).getBytes(StandardCharsets.US_ASCII))
                    .map(fields -> fields.number("seq"))
                    .orElseThrow(() -> new IOException(files.current() + " has no first line"));
        }
    }

    /// What is removed is on the record before it is removed, and signed.
    private void retain() throws IOException {
        List<RecordFiles.Older> older = files.older();
        int excess = new Expiry(settings.retention(), clock.instant()).excess(older);
        if (excess == 0) {
            return;
        }
        var last = Place.atEnd(older.get(excess - 1).file());
        var fields = new LinkedHashMap<String, Object>();
        fields.put("kind", "removed");
        fields.put("through", last.last());
        fields.put("head", last.previous());
        fields.put("files", excess);
        var draft = new Draft();
        draft.line(fields);
        draft.checkpoint();
        commit(draft);
        channel.force(false);
        for (RecordFiles.Older file : older.subList(0, excess)) {
            Files.deleteIfExists(file.file());
        }
    }

    /// From any thread.
    void force() throws IOException {
        Optional<byte[]> checkpoint = lastCheckpoint;
        channel.force(false);
        if (checkpoint.isPresent() && !checkpoint.equals(noted)) {
            try {
                note(checkpoint.get());
                noted = checkpoint;
            } catch (IOException _) {
                // On a full disk an older one stays, which is true as well.
            }
        }
    }

    private void note(byte[] line) throws IOException {
        Path draft = files.directory().resolve(HEAD + ".new");
        Files.write(draft, line);
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        Files.move(draft, files.directory().resolve(HEAD), StandardCopyOption.ATOMIC_MOVE);
    }

    SigningKey key() {
        return key;
    }

    @Override
    public void close() throws IOException {
        try (lock;
                FileChannel last = channel) {
            if (unsigned()) {
                try {
                    checkpointNow();
                } catch (IOException full) {
                    LOG.log(System.Logger.Level.WARNING, "the record ends without a checkpoint", full);
                }
            }
            last.force(false);
            force();
        }
    }
}
