package io.bulkhead.access;

/// Somebody roles can be bound to. A [Caller] may be several: a user and the groups that user is in.
public sealed interface Principal {

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
