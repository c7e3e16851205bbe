package io.bulkhead.cli;

import io.bulkhead.cli.access.CanIVerb;
import io.bulkhead.cli.access.RolesVerb;
import io.bulkhead.cli.access.SuggestVerb;
import io.bulkhead.cli.access.TestVerb;
import io.bulkhead.cli.access.WhoCanVerb;
import io.bulkhead.cli.audit.AuditKeyVerb;
import io.bulkhead.cli.audit.AuditShowVerb;
import io.bulkhead.cli.audit.AuditSinksVerb;
import io.bulkhead.cli.audit.AuditTailVerb;
import io.bulkhead.cli.audit.AuditVerifyVerb;
import io.bulkhead.cli.audit.DenialsVerb;
import io.bulkhead.cli.audit.PostureVerb;
import io.bulkhead.cli.container.AttachVerb;
import io.bulkhead.cli.container.ExecVerb;
import io.bulkhead.cli.container.KillVerb;
import io.bulkhead.cli.container.LogsVerb;
import io.bulkhead.cli.container.PauseVerb;
import io.bulkhead.cli.container.PortVerb;
import io.bulkhead.cli.container.RenameVerb;
import io.bulkhead.cli.container.RestartVerb;
import io.bulkhead.cli.container.RunVerb;
import io.bulkhead.cli.container.StartVerb;
import io.bulkhead.cli.container.StatsVerb;
import io.bulkhead.cli.container.StopVerb;
import io.bulkhead.cli.container.TopVerb;
import io.bulkhead.cli.container.UnpauseVerb;
import io.bulkhead.cli.container.UpdateVerb;
import io.bulkhead.cli.container.WaitVerb;
import io.bulkhead.cli.image.HistoryVerb;
import io.bulkhead.cli.image.ImportVerb;
import io.bulkhead.cli.image.LoadVerb;
import io.bulkhead.cli.image.PullVerb;
import io.bulkhead.cli.image.SaveVerb;
import io.bulkhead.cli.image.TagVerb;
import io.bulkhead.cli.registry.LoginVerb;
import io.bulkhead.cli.registry.LogoutVerb;
import io.bulkhead.cli.seccomp.RecordedVerb;
import io.bulkhead.cli.seccomp.RecordingsVerb;
import io.bulkhead.cli.storage.OwnershipForgetVerb;
import io.bulkhead.cli.storage.OwnershipListVerb;
import io.bulkhead.cli.storage.OwnershipUndoVerb;
import io.bulkhead.cli.system.DiskUsageVerb;
import io.bulkhead.cli.system.EventsVerb;
import io.bulkhead.cli.system.InfoVerb;
import io.bulkhead.cli.system.InspectVerb;
import io.bulkhead.cli.system.VersionVerb;
import io.bulkhead.cli.token.RevokeVerb;
import io.bulkhead.cli.userns.MapsVerb;
import io.bulkhead.cli.userns.StaticVerb;
import io.bulkhead.cli.verb.Verb;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All verbs by name. One is made only when it is asked for: building the model of all of them would be most of the
/// program's start-up time.
final class Verbs {

    /// Words that are followed by another word.
    static final List<String> GROUPS = List.of(
            "container",
            "image",
            "volume",
            "network",
            "system",
            "audit",
            "seccomp",
            "userns",
            "ownership",
            "access",
            "token");

    /// Every name, as help and completion show it; `__complete` is for scripts.
    static final List<String> NAMES = List.of(
            "run",
            "create",
            "start",
            "stop",
            "restart",
            "kill",
            "rm",
            "pause",
            "unpause",
            "rename",
            "update",
            "wait",
            "ps",
            "inspect",
            "logs",
            "attach",
            "exec",
            "top",
            "stats",
            "port",
            "images",
            "pull",
            "import",
            "load",
            "save",
            "tag",
            "rmi",
            "history",
            "events",
            "info",
            "version",
            "login",
            "logout",
            "posture",
            "denials",
            "completion",
            "container run",
            "container create",
            "container start",
            "container stop",
            "container restart",
            "container kill",
            "container rm",
            "container pause",
            "container unpause",
            "container rename",
            "container update",
            "container wait",
            "container ls",
            "container inspect",
            "container logs",
            "container attach",
            "container exec",
            "container top",
            "container stats",
            "container port",
            "container prune",
            "image ls",
            "image pull",
            "image import",
            "image load",
            "image save",
            "image tag",
            "image rm",
            "image history",
            "image inspect",
            "image prune",
            "volume create",
            "volume ls",
            "volume inspect",
            "volume rm",
            "volume prune",
            "network ls",
            "network inspect",
            "system df",
            "system events",
            "system info",
            "system prune",
            "audit tail",
            "audit show",
            "audit verify",
            "audit sinks",
            "audit key",
            "seccomp record",
            "seccomp recordings",
            "seccomp recorded",
            "seccomp show",
            "seccomp explain",
            "seccomp diff",
            "access can-i",
            "access who-can",
            "access roles",
            "access explain",
            "access test",
            "access suggest",
            "userns ls",
            "userns static",
            "userns explain",
            "ownership ls",
            "ownership undo",
            "ownership forget",
            "token create",
            "token ls",
            "token revoke");

    private Verbs() {}

    static Optional<Verb> named(String name) {
        int space = name.indexOf(' ');
        String group = space < 0 ? "" : name.substring(0, space);
        String word = name.substring(space + 1);
        return Optional.ofNullable(
                switch (group) {
                    case "" -> top(word);
                    case "container" -> container(word);
                    case "image" -> image(word);
                    case "volume" -> volume(word);
                    case "network" -> network(word);
                    case "system" -> system(word);
                    case "audit" -> audit(word);
                    case "seccomp" -> seccomp(word);
                    case "userns" -> userns(word);
                    case "access" -> access(word);
                    case "ownership" -> ownership(word);
                    case "token" -> token(word);
                    default -> null;
                });
    }

    private static @Nullable Verb top(String word) {
        return switch (word) {
            case "ps" -> new io.bulkhead.cli.container.ListVerb();
            case "images" -> new io.bulkhead.cli.image.ListVerb();
            case "rmi" -> new io.bulkhead.cli.image.RemoveVerb();
            case "pull", "import", "load", "save", "tag", "history" -> image(word);
            case "inspect" -> InspectVerb.anything();
            case "events", "info" -> system(word);
            case "version" -> new VersionVerb();
            case "login" -> new LoginVerb();
            case "logout" -> new LogoutVerb();
            case "posture" -> new PostureVerb();
            case "denials" -> new DenialsVerb();
            case "completion" -> new CompletionVerb();
            case "__complete" -> new CompleteVerb();
            case "ls", "list", "prune", "remove" -> null;
            default -> container(word);
        };
    }

    private static @Nullable Verb container(String word) {
        return switch (word) {
            case "run" -> new RunVerb();
            case "create" -> new io.bulkhead.cli.container.CreateVerb();
            case "start" -> new StartVerb();
            case "stop" -> new StopVerb();
            case "restart" -> new RestartVerb();
            case "kill" -> new KillVerb();
            case "rm", "remove" -> new io.bulkhead.cli.container.RemoveVerb();
            case "pause" -> new PauseVerb();
            case "unpause" -> new UnpauseVerb();
            case "rename" -> new RenameVerb();
            case "update" -> new UpdateVerb();
            case "wait" -> new WaitVerb();
            case "ls", "ps", "list" -> new io.bulkhead.cli.container.ListVerb();
            case "inspect" -> InspectVerb.only("container");
            case "logs" -> new LogsVerb();
            case "attach" -> new AttachVerb();
            case "exec" -> new ExecVerb();
            case "top" -> new TopVerb();
            case "stats" -> new StatsVerb();
            case "port" -> new PortVerb();
            case "prune" -> new io.bulkhead.cli.container.PruneVerb();
            default -> null;
        };
    }

    private static @Nullable Verb image(String word) {
        return switch (word) {
            case "ls", "list" -> new io.bulkhead.cli.image.ListVerb();
            case "pull" -> new PullVerb();
            case "import" -> new ImportVerb();
            case "load" -> new LoadVerb();
            case "save" -> new SaveVerb();
            case "tag" -> new TagVerb();
            case "rm", "remove" -> new io.bulkhead.cli.image.RemoveVerb();
            case "history" -> new HistoryVerb();
            case "inspect" -> InspectVerb.only("image");
            case "prune" -> new io.bulkhead.cli.image.PruneVerb();
            default -> null;
        };
    }

    private static @Nullable Verb volume(String word) {
        return switch (word) {
            case "create" -> new io.bulkhead.cli.storage.CreateVerb();
            case "ls", "list" -> new io.bulkhead.cli.storage.ListVerb();
            case "inspect" -> InspectVerb.only("volume");
            case "rm", "remove" -> new io.bulkhead.cli.storage.RemoveVerb();
            case "prune" -> new io.bulkhead.cli.storage.PruneVerb();
            default -> null;
        };
    }

    private static @Nullable Verb network(String word) {
        return switch (word) {
            case "ls", "list" -> new io.bulkhead.cli.network.ListVerb();
            case "inspect" -> InspectVerb.only("network");
            default -> null;
        };
    }

    private static @Nullable Verb system(String word) {
        return switch (word) {
            case "df" -> new DiskUsageVerb();
            case "events" -> new EventsVerb();
            case "info" -> new InfoVerb();
            case "prune" -> new io.bulkhead.cli.system.PruneVerb();
            default -> null;
        };
    }

    private static @Nullable Verb access(String word) {
        return switch (word) {
            case "can-i" -> new CanIVerb();
            case "who-can" -> new WhoCanVerb();
            case "roles" -> new RolesVerb();
            case "explain" -> new AccessExplainVerb();
            case "test" -> new TestVerb();
            case "suggest" -> new SuggestVerb();
            default -> null;
        };
    }

    private static @Nullable Verb userns(String word) {
        return switch (word) {
            case "ls", "list" -> new MapsVerb();
            case "explain" -> new io.bulkhead.cli.userns.ExplainVerb();
            case "static" -> new StaticVerb();
            default -> null;
        };
    }

    private static @Nullable Verb seccomp(String word) {
        return switch (word) {
            case "record" -> new RecordVerb();
            case "recordings" -> new RecordingsVerb();
            case "recorded" -> new RecordedVerb();
            case "show" -> new io.bulkhead.cli.policy.ShowVerb();
            case "explain" -> new io.bulkhead.cli.policy.ExplainVerb();
            case "diff" -> new io.bulkhead.cli.policy.DiffVerb();
            default -> null;
        };
    }

    private static @Nullable Verb ownership(String word) {
        return switch (word) {
            case "ls", "list" -> new OwnershipListVerb();
            case "undo" -> new OwnershipUndoVerb();
            case "forget" -> new OwnershipForgetVerb();
            default -> null;
        };
    }

    private static @Nullable Verb token(String word) {
        return switch (word) {
            case "create" -> new io.bulkhead.cli.token.CreateVerb();
            case "ls", "list" -> new io.bulkhead.cli.token.ListVerb();
            case "revoke" -> new RevokeVerb();
            default -> null;
        };
    }

    private static @Nullable Verb audit(String word) {
        return switch (word) {
            case "tail" -> new AuditTailVerb();
            case "show" -> new AuditShowVerb();
            case "verify" -> new AuditVerifyVerb();
            case "sinks" -> new AuditSinksVerb();
            case "key" -> new AuditKeyVerb();
            default -> null;
        };
    }
}
