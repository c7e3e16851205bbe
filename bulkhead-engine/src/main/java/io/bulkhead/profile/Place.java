package io.bulkhead.profile;

import io.bulkhead.name.Names;
import io.bulkhead.seccomp.PolicyException;
import io.bulkhead.seccomp.PolicyException.Reason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A value in a JSON file and where it is, as a JSON pointer.
record Place(JsonNode node, String path) {

    private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    static Place root(JsonNode node) {
        return new Place(node, "");
    }

    PolicyException wrong(String problem) {
        return new PolicyException(Reason.PROFILE, (path.isEmpty() ? "the profile" : path) + ": " + problem);
    }

    /// @throws PolicyException for something else than an object, or one with other fields
    void allow(String... fields) {
        if (!node.isObject()) {
            throw wrong("an object is expected");
        }
        Set<String> known = Set.of(fields);
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw wrong("the field `" + Names.shown(name) + "` is not known here");
            }
        }
    }

    /// Null is written for what is not there.
    boolean has(String field) {
        return node.hasNonNull(field);
    }

    Place at(String field) {
        return new Place(node.get(field), path + "/" + field);
    }

    Place required(String field) {
        if (!has(field)) {
            throw wrong("`" + field + "` is missing");
        }
        return at(field);
    }

    /// Empty if it is not there.
    List<Place> list(String field, int most) {
        if (!has(field)) {
            return List.of();
        }
        Place list = at(field);
        if (!list.node.isArray()) {
            throw list.wrong("an array is expected");
        }
        if (list.node.size() > most) {
            throw list.wrong("more than " + most + " values");
        }
        var places = new ArrayList<Place>();
        for (int i = 0; i < list.node.size(); i++) {
            places.add(new Place(list.node.get(i), list.path + "/" + i));
        }
        return places;
    }

    String text() {
        if (!node.isString()) {
            throw wrong("a string is expected");
        }
        return node.stringValue();
    }

    /// @param most as an unsigned number
    BigInteger number(long most) {
        BigInteger bound = new BigInteger(Long.toUnsignedString(most));
        BigInteger number = node.isIntegralNumber() ? node.bigIntegerValue() : BigInteger.valueOf(-1);
        if (number.signum() < 0 || number.compareTo(bound.min(MOST)) > 0) {
            throw wrong("a whole number from 0 to " + bound + " is expected");
        }
        return number;
    }
}
