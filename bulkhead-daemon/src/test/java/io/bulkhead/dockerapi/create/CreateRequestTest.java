package io.bulkhead.dockerapi.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.container.EngineException;
import io.bulkhead.container.EngineException.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// CVE-2024-41110, CVE-2026-34040: a body has one reading, or none.
class CreateRequestTest {

    static CreateRequest decode(String json) {
        return CreateRequest.decode(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'Image':'a','Image':'b'} | Duplicate",
                "{'HostConfig':{'Privileged':false,'Privileged':true}} | Duplicate",
                "{'HostConfig':{},'HostConfig':{'Privileged':true}} | Duplicate",
                "{'HostConfig':{'Tmpfs':{'/a':'','/a':'exec'}}} | Duplicate",
                "{'HostConfig':{'privileged':true}} | HostConfig.privileged: this field is not known",
                "{'HostConfig':{'PRIVILEGED':true}} | HostConfig.PRIVILEGED: this field is not known",
                "{'hostconfig':{'Privileged':true}} | hostconfig: this field is not known",
                "{'hostConfig':{}} | hostConfig: this field is not known",
                "{'HostConfig':{'Privileged ':true}} | HostConfig.Privileged : this field is not known",
                "{'Image':'a'}{'Image':'b'} | invalid JSON",
                "{'Image':'a'} x | invalid JSON",
                "{'Image':'a'},  | invalid JSON",
                "[] | an object is expected",
                "null | an object is expected",
                "'x' | an object is expected",
                "{'Image':'a' | invalid JSON",
                "{Image:'a'} | invalid JSON",
                "{/**/'Image':'a'} | invalid JSON",
                "{'Image':NaN} | invalid JSON",
                "{'Surprise':1} | Surprise: this field is not known",
                "{'HostConfig':{'Surprise':null}} | HostConfig.Surprise: this field is not known",
                "{'HostConfig.ContainerIDFile':'x'} | HostConfig.ContainerIDFile: this field is not known",
                "{'HostConfig':{'Mounts':[{'Type':'bind','Sourc':'/'}]}} | HostConfig.Mounts[0].Sourc: this field",
                "{'NetworkingConfig':{'EndpointsConfig':{'x.NetworkID':{'Aliass':[]}}}} | Aliass: this field",
            })
    void aBodyWithASecondReadingIsRefused(String body, String problem) {
        assertThatThrownBy(() -> decode(body.replace('\'', '"')))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'HostConfig':{'Privileged':'false'} | HostConfig.Privileged: the value is not true or false",
                "'HostConfig':{'Privileged':0} | HostConfig.Privileged: the value is not true or false",
                "'HostConfig':{'Memory':'64m'} | HostConfig.Memory: the value is not an integer of 64 bits",
                "'HostConfig':{'Memory':'67108864'} | HostConfig.Memory: the value is not an integer of 64 bits",
                "'HostConfig':{'Memory':1.5} | HostConfig.Memory",
                "'HostConfig':{'Memory':9223372036854775808} | HostConfig.Memory",
                "'HostConfig':{'OomScoreAdj':4294967296} | HostConfig.OomScoreAdj",
                "'Image':5 | Image: the value is not a string",
                "'Image':true | Image: the value is not a string",
                "'User':0 | User: the value is not a string",
                "'HostConfig':{'Binds':'/:/host'} | HostConfig.Binds: the value is not an array",
                "'HostConfig':{'Binds':[null]} | HostConfig.Binds",
                "'Env':[1] | Env[0]: the value is not a string",
                "'Labels':{'a':null} | Labels",
                "'HostConfig':[] | HostConfig: the value is not an object",
            })
    void aValueOfAnotherTypeIsRefusedByName(String field, String problem) {
        assertThatThrownBy(() -> decode("{" + field.replace('\'', '"') + "}"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("java.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "\\ud800", "\\udc00x"})
    void textThatTheKernelWouldReadOtherwiseIsRefused(String text) {
        assertThatThrownBy(() -> decode("{\"Cmd\":[\"sh\",\"" + text + "\"]}"))
                .hasMessage("Cmd[1]: the text holds a NUL or half a surrogate pair");
        assertThatThrownBy(() -> decode("{\"Labels\":{\"" + text + "\":\"\"}}")).hasMessageContaining("surrogate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Annotations\":{\"run.oci.seccomp_bpf_data\":\"x\"}",
                "Links\":[\"a:b\"]",
                "BlkioWeightDevice\":[{}]",
                "DeviceCgroupRules\":[\"c 1:3 rwm\"]",
                "DeviceRequests\":[{\"Count\":-1}]",
                "MemorySwappiness\":0.5",
                "MemorySwappiness\":60",
                "StorageOpt\":{\"size\":\"1G\"}",
                "CpuRealtimeRuntime\":5",
                "KernelMemory\":6291456",
                "Cgroup\":\"x\"",
            })
    void aFieldThatIsNotSupportedMayOnlyHaveItsDefault(String field) {
        String name = field.substring(0, field.indexOf('"'));

        assertThatThrownBy(() -> decode("{\"HostConfig\":{\"" + field + "}}"))
                .hasMessageStartingWith("HostConfig." + name + " is not supported: ");
        assertThatCode(() -> decode("{\"HostConfig\":{\"" + name + "\":null}}")).doesNotThrowAnyException();
    }

    @Test
    void theDefaultsOfUnsupportedFieldsAndReportedOnesAreLeftOut() {
        String body = "{'OnBuild':['x'],'HostConfig':{'MemorySwappiness':-1,'CpuCount':0,'Links':[],'Annotations':{},"
                + "'ConsoleSize':[24,80],'Mounts':[{'Type':'tmpfs','Target':'/t','Consistency':'cached'}]},"
                + "'NetworkingConfig':{'EndpointsConfig':{'a.b':{'NetworkID':'7','IPPrefixLen':16,'GwPriority':0}}}}";

        CreateRequest request = decode(body.replace('\'', '"'));

        assertThat(request.networkingConfig().endpointsConfig()).containsOnlyKeys("a.b");
    }

    @Test
    void aCommandMayBeOneStringAsDockerAllows() {
        CreateRequest request = decode("{\"Cmd\":\"true\",\"Entrypoint\":\"/init\"}");

        assertThat(request.cmd()).containsExactly("true");
        assertThat(request.entrypoint()).containsExactly("/init");
    }

    @Test
    void absentAndNullMeanTheSame() {
        assertThat(decode("{}"))
                .isEqualTo(decode("{\"Env\":null,\"HostConfig\":null,\"User\":null,\"Tty\":null,\"Entrypoint\":null}"));
        assertThat(decode("{}")).isEqualTo(decode("{\"HostConfig\":{\"Memory\":null,\"Init\":null,\"Mounts\":null}}"));
    }

    @Test
    void deepNestingIsRefusedAndDoesNotExhaustTheStack() {
        String body = "{\"Labels\":" + "[".repeat(200_000);

        assertThatThrownBy(() -> decode(body)).isInstanceOf(EngineException.class);
    }
}
