package io.bulkhead.idmap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdNumberTest {

    /// CVE-2024-40635: what overflows or is half a number became root.
    @ParameterizedTest
    @ValueSource(
            strings = {"", " 1", "1 ", "+0", "-1", "0x10", "1e3", "4294967295", "4294967296", "00000000001", "\u0661"})
    void whatIsNoIdIsNotReadAsOne(String text) {
        assertThat(IdNumber.parse(text)).isEmpty();
    }

    @Test
    void anIdIsReadAsItIsWritten() {
        assertThat(IdNumber.parse("0")).hasValue(0);
        assertThat(IdNumber.parse("4294967294")).hasValue(4_294_967_294L);
        assertThat(IdNumber.digits("4294967295")).hasValue(4_294_967_295L);
    }
}
