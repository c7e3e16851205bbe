package io.bulkhead.cli.audit;

import io.bulkhead.chain.CheckpointKey;
import io.bulkhead.chain.Verdict;
import io.bulkhead.cli.api.Query;
import io.bulkhead.cli.json.Json;
import io.bulkhead.cli.verb.Failure;
import io.bulkhead.cli.verb.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description =
                "Check that no record was changed, removed, moved or put in: the daemon's, or with --file a copy, "
                        + "for which no daemon is needed")
public final class AuditVerifyVerb extends Verb {

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "A copy of the record: its directory, or files of it (may be given several times)")
    List<String> files = List.of();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The key that checkpoints must be signed with, as `bulkhead audit key` gave it once")
    String key = "";

    @Option(
            names = "--head",
            paramLabel = "DIGEST",
            description = "The head that an earlier check gave: that record must still be there")
    String head = "";

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json")
    String format = "text";

    @Override
    protected int run() {
        if (!head.isEmpty() && !head.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("--head: a digest is 64 digits and letters from a to f");
        }
        Json verdict = files.isEmpty() ? byTheDaemon() : here();
        boolean whole = verdict.at("Whole").flag();
        say(format, verdict, () -> show(verdict, whole));
        return whole ? 0 : 1;
    }

    private Json byTheDaemon() {
        return api().get(Query.of("/bulkhead/v1/audit/verify")
                .withText("key", key.isEmpty() ? "" : key().pem())
                .withText("head", head)
                .toString());
    }

    private Json here() {
        List<CheckpointKey> trusted = key.isEmpty() ? List.of() : List.of(key());
        Verdict verdict = RecordCopy.of(files).verify(trusted, head.isEmpty() ? Optional.empty() : Optional.of(head));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Whole", verdict.whole());
        fields.put("Problem", verdict.problem().map(Verdict.Problem::text).orElse(""));
        fields.put("Record", verdict.problem().map(Verdict.Problem::record).orElse(0L));
        fields.put("First", verdict.first());
        fields.put("Records", verdict.last());
        fields.put("Head", verdict.head());
        fields.put("Signed", verdict.signed());
        fields.put("SignedAt", verdict.signedAt());
        fields.put("Key", verdict.key());
        return Json.of(fields);
    }

    private CheckpointKey key() {
        try {
            return CheckpointKey.ofPem(Files.readString(Path.of(key)));
        } catch (IOException unreadable) {
            throw new Failure("--key: " + key + " cannot be read: " + unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new Failure("--key: " + key + ": " + wrong.getMessage());
        }
    }

    private void show(Json verdict, boolean whole) {
        if (!whole) {
            throw new Failure(
                    "the record is not whole: " + verdict.at("Problem").text());
        }
        String signed = verdict.at("Signed").number() == 0
                ? "nothing is signed"
                : "signed up to record " + verdict.at("Signed").text() + " at "
                        + verdict.at("SignedAt").text() + " with key "
                        + verdict.at("Key").text();
        say("whole: records " + verdict.at("First").text() + " to "
                + verdict.at("Records").text() + ", " + signed);
        say("head " + verdict.at("Head").text()
                + " (noted elsewhere, it shows later whether the end was cut off: --head)");
        if (!files.isEmpty() && key.isEmpty()) {
            say("the key is the one that the record itself names: without --key this shows that it hangs together, and "
                    + "not who wrote it");
        }
    }
}
