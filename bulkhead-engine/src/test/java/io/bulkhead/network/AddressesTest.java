package io.bulkhead.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "10.89.0.255", "255.255.255.255"})
    void anAddressIsWrittenAsItWasRead(String text) {
        assertThat(Ipv4Address.parse(text)).hasToString(text);
        assertThat(Ipv4Address.parse(text).inetAddress().getHostAddress()).isEqualTo(text);
    }

    /// Some programs read these as octal, as one number, or as fewer parts.
    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.1", "010.0.0.1", "1.2.3.256", "0x7f000001", "1.2.3.4 ", "1.2.3.4.5", "::1", "١.2.3.4"})
    void anyOtherSpellingIsRefused(String text) {
        assertThatThrownBy(() -> Ipv4Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSubnetKnowsItsPlaces() {
        var subnet = Subnet.parse("10.77.0.8/29");

        assertThat(subnet.gateway()).hasToString("10.77.0.9");
        assertThat(subnet.broadcast()).hasToString("10.77.0.15");
        assertThat(subnet.size()).isEqualTo(8);
        assertThat(subnet.contains(Ipv4Address.parse("10.77.0.15"))).isTrue();
        assertThat(subnet.contains(Ipv4Address.parse("10.77.0.16"))).isFalse();
        assertThat(subnet.overlaps(Subnet.parse("10.0.0.0/8"))).isTrue();
        assertThat(subnet.overlaps(Subnet.parse("10.77.0.16/29"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.77.0.9/29", "10.0.0.0/31", "10.0.0.0/7", "10.0.0.0", "10.0.0.0/+8", "10.0.0.0/016"})
    void aSubnetWithHostBitsOrAnOddPrefixIsRefused(String text) {
        assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMacAddressIsThatOfOneDevice() {
        assertThat(MacAddress.parse("02-42-0A-59-00-02")).hasToString("02:42:0a:59:00:02");
        assertThat(MacAddress.of(Ipv4Address.parse("10.89.0.2")).byDefaultOf())
                .contains(Ipv4Address.parse("10.89.0.2"));
        for (String text : new String[] {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:42", ""}) {
            assertThatThrownBy(() -> MacAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br 0", "br;0", "bhd0", "all", "default", "lo", "sixteen-letters-x", "../x", "Br0"})
    void aBridgeNameThatCouldMeanSomethingElseIsRefused(String name) {
        assertThatThrownBy(() -> new Settings(name, java.util.Optional.empty(), 1500, java.util.Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
