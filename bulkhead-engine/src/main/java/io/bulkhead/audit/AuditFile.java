package io.bulkhead.audit;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Caller;
import io.bulkhead.access.Decision;
import io.bulkhead.access.Operation;
import io.bulkhead.access.Privilege;
import io.bulkhead.access.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// The record as a file of JSON lines, each naming the SHA-256 of the line before it. A line is written before
/// [#append] returns, so it survives the end of this process; it is forced to the disk within [#FORCE_INTERVAL_MILLIS],
/// so that a power cut loses at most that much (docs/decisions/0003-audit-durability.md).
///
/// `this` guards the channel, the chain and the counters. Appending writes under that lock: the order of the lines is
/// the order of the chain.
public final class AuditFile implements AuditLog {

    static final String NAME = "audit.log";
    static final long FORCE_INTERVAL_MILLIS = 100;

    private final FileChannel channel;
    private final Clock clock;
    private final AuditReserve reserve;
    private AuditChain chain;
    private long length;
    private boolean dirty;
    private boolean closed;

    private AuditFile(FileChannel channel, AuditReserve reserve, AuditChain chain, long length, Clock clock) {
        this.channel = channel;
        this.reserve = reserve;
        this.chain = chain;
        this.length = length;
        this.clock = clock;
        Thread.ofVirtual().name("audit-force").start(this::forceAgainAndAgain);
    }

    /// Opens or begins the record in `directory`. A last line that a power cut tore is moved to a file of its own
    /// beside it; the next line says how many bytes that were.
    ///
    /// @throws AuditException when the record cannot be opened, or is no chain up to its end
    public static AuditFile open(Path directory, Clock clock) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = directory.resolve(NAME);
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            var chain = AuditChain.resume(file);
            var channel = FileChannel.open(file, StandardOpenOption.WRITE);
            if (chain.tornBytes() > 0) {
                AuditChain.setAside(file, chain.length(), clock.millis());
                channel.truncate(chain.length());
            }
            channel.position(chain.length());
            return new AuditFile(channel, new AuditReserve(file, chain.length()), chain, chain.length(), clock);
        } catch (IOException failure) {
            throw new AuditException("audit record in " + directory + ": cannot be opened", failure);
        }
    }

    @Override
    public synchronized void append(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision) {
        reserve.require(operation, length);
        byte[] line = line(caller, operation, target, privileges, decision);
        try {
            var bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes);
            }
        } catch (IOException failure) {
            takeBackWhatWasWritten(failure);
            throw new AuditException("audit record cannot be written, so nothing was done", failure);
        }
        length += line.length;
        chain = chain.after(line);
        dirty = true;
    }

    /// Half a line must not stay: the next one would be glued to it.
    private void takeBackWhatWasWritten(IOException failure) {
        try {
            channel.truncate(length);
            channel.position(length);
            reserve.emptied(length);
        } catch (IOException | AuditException second) {
            failure.addSuppressed(second);
        }
    }

    private byte[] line(
            Caller caller, Operation operation, Target target, Set<Privilege> privileges, Decision decision) {
        var record = new LinkedHashMap<String, Object>();
        record.put("seq", chain.next());
        record.put("time", Instant.now(clock).toString());
        record.put("caller", caller.subject());
        if (caller instanceof Caller.UnixUser user) {
            record.put("uid", user.uid());
            record.put("gid", user.gid());
            user.pid().ifPresent(pid -> record.put("pid", pid));
            user.loginUid().ifPresent(uid -> record.put("login_uid", uid));
        }
        record.put("operation", operation.spelling());
        target.container().ifPresent(container -> record.put("container", container));
        target.image().ifPresent(image -> record.put("image", image));
        target.object().ifPresent(object -> record.put("object", object));
        record.put(
                "privileges",
                privileges.stream().map(Privilege::spelling).sorted().toList());
        describe(decision, record);
        if (chain.tornBytes() > 0) {
            record.put("torn_bytes_before", chain.tornBytes());
        }
        record.put("prev", chain.previous());
        return (JsonMapper.shared().writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void describe(Decision decision, Map<String, Object> record) {
        switch (decision) {
            case Allowed allowed -> {
                record.put("decision", "allowed");
                record.put("rule", allowed.rule());
            }
            case Decision.Denied denied -> {
                record.put(
                        "decision", denied.reason() == Decision.Reason.SYSCALL_CANARY ? "would be refused" : "refused");
                record.put("rule", denied.rule());
                record.put("reason", denied.reason().name());
            }
        }
    }

    private void forceAgainAndAgain() {
        try {
            while (forceOnce()) {
                Thread.sleep(FORCE_INTERVAL_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// A failed force is tried again: the line is in the file, and a disk that is full refuses the next line anyway.
    private boolean forceOnce() {
        synchronized (this) {
            if (closed) {
                return false;
            }
            if (!dirty) {
                return true;
            }
            dirty = false;
        }
        try {
            channel.force(false);
        } catch (IOException _) {
            synchronized (this) {
                dirty = true;
            }
        }
        return true;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        // Not interrupted but let go: an interrupt during force() would close the channel under the last force.
        try (channel) {
            channel.force(false);
        } catch (IOException failure) {
            throw new AuditException("audit record cannot be forced to the disk", failure);
        }
    }
}
