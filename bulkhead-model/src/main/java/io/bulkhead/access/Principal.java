package io.bulkhead.access;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Somebody roles can be bound to. A [Caller] may be several: a user and the groups that user is in.
public sealed interface Principal {

    /// `uid:1001`, `gid:100`, `cert:CN=ci`, `token:deploy`, as a binding may have it.
    default String spelling() {
        return switch (this) {
            case User(long uid) -> "uid:" + uid;
            case Group(long gid) -> "gid:" + gid;
            case Certificate(String attribute, String value) -> "cert:" + attribute + "=" + value;
            case Token(String name) -> "token:" + name;
        };
    }

    /// Somebody who is this and nothing else: a user of no group, a member of a group who is no known user.
    default Caller caller() {
        return switch (this) {
            case User(long uid) ->
                new Caller.UnixUser(uid, NOBODY, List.of(), OptionalInt.empty(), OptionalLong.empty());
            case Group(long gid) ->
                new Caller.UnixUser(NOBODY, gid, List.of(), OptionalInt.empty(), OptionalLong.empty());
            case Certificate(String attribute, String value) ->
                new Caller.Certificate(
                        attribute.equals("CN") ? value : "?",
                        attribute.equals("O") ? List.of(value) : List.of(),
                        attribute.equals("CN") || attribute.equals("O") ? List.of() : List.of(attribute + ":" + value),
                        "",
                        Optional.empty());
            case Token(String name) -> new Caller.Token(name, "", "", Optional.empty());
        };
    }

    /// An id that nobody has.
    long NOBODY = 0xFFFF_FFFEL;

    /// A unix user.
    record User(long uid) implements Principal {}

    /// A unix group.
    record Group(long gid) implements Principal {}

    /// Whoever has a certificate that says so, for example `O` and `builders`.
    ///
    /// @param attribute `CN`, `O`, `DNS`, `URI`, `EMAIL` or `IP`
    record Certificate(String attribute, String value) implements Principal {}

    /// A bearer token, by its name.
    record Token(String name) implements Principal {}
}
