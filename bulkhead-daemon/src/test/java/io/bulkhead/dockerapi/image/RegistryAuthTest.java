package io.bulkhead.dockerapi.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.http.Ask;
import io.bulkhead.http.FakeExchange;
import io.bulkhead.image.Images.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryAuthTest {

    private static Credentials sent(String header) {
        return RegistryAuth.of(new FakeExchange(Ask.get("/").header("X-Registry-Auth", header)));
    }

    private static String base64(String json) {
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingSentIsNoCredentials() {
        assertThat(RegistryAuth.of(new FakeExchange(Ask.get("/")))).isEqualTo(new Credentials.None());
        assertThat(sent("")).isEqualTo(new Credentials.None());
        assertThat(sent(base64("{}"))).isEqualTo(new Credentials.None());
        assertThat(sent(base64("null"))).isEqualTo(new Credentials.None());
    }

    @Test
    void aUserWithAPasswordIsRead() {
        var me = new Credentials.Basic("me", "p?>äss");

        assertThat(sent(base64("{\"username\":\"me\",\"password\":\"p?>äss\",\"serveraddress\":\"x\"}")))
                .isEqualTo(me);
        assertThat(sent(base64("{\"auth\":\"" + base64("me:p?>äss") + "\"}"))).isEqualTo(me);
    }

    @Test
    void aTokenGoesBeforeAPassword() {
        assertThat(sent(base64("{\"username\":\"me\",\"password\":\"p\",\"identitytoken\":\"t\"}")))
                .isEqualTo(new Credentials.Token("t"));
    }

    @Test
    void bothAlphabetsAndMissingPaddingAreRead() {
        byte[] json = "{\"username\":\"me\",\"password\":\"~~~???\"}".getBytes(StandardCharsets.UTF_8);

        var me = new Credentials.Basic("me", "~~~???");
        assertThat(sent(Base64.getEncoder().encodeToString(json))).isEqualTo(me);
        assertThat(sent(Base64.getUrlEncoder().withoutPadding().encodeToString(json)))
                .isEqualTo(me);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret!",
                "{\"password\":\"s3cret\"",
                "[\"s3cret\"]",
                "{\"username\":[\"s3cret\"]}",
                "{\"username\":\"s3cret\",\"username\":\"b\"}",
                "{\"registrytoken\":\"s3cret\"}",
                "{\"auth\":\"czNjcmV0\"}"
            })
    void whatCannotBeReadIsRefusedAndNeverQuoted(String json) {
        assertThatThrownBy(() -> sent(base64(json)))
                .hasMessageStartingWith("invalid X-Registry-Auth header")
                .hasNoCause()
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void credentialsDoNotShowThemselves() {
        assertThat(sent(base64("{\"username\":\"me\",\"password\":\"s3cret\"}")).toString())
                .doesNotContain("s3cret");
    }
}
