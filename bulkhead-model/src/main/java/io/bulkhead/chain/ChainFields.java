package io.bulkhead.chain;

/// The fields of one line, read by whatever JSON the caller has.
public interface ChainFields {

    /// The text of a field; empty if there is none.
    String text(String name);

    /// The whole number of a field; 0 if there is none.
    long number(String name);
}
