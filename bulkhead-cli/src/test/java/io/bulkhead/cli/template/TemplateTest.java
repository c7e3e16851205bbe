package io.bulkhead.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulkhead.cli.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    private static final Json DATA = Json.read("""
            {"Id": "abc", "State": {"Status": "running", "Pid": 42, "Paused": false},
             "Names": ["/a", "/b"], "Labels": {"z": "1", "com.x": "<2>"},
             "Mounts": [{"Source": "/srv", "RW": true}, {"Source": "/tmp", "RW": false}],
             "Empty": [], "Nothing": null, "Big": 9007199254740993, "Half": 0.5}
            """.getBytes(StandardCharsets.UTF_8));

    private static String render(String template) {
        return Template.parse(template).render(DATA.value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "{{.Id}}~abc",
                "{{ .State.Status }}!~running!",
                "{{.State.Pid}} {{.State.Paused}} {{.Big}} {{.Half}}~42 false 9007199254740993 0.5",
                "{{json .State}}~{\"Status\":\"running\",\"Pid\":42,\"Paused\":false}",
                "{{json .Labels}}~{\"z\":\"1\",\"com.x\":\"<2>\"}",
                "{{.Labels}}~map[com.x:<2> z:1]",
                "{{.Names}}~[/a /b]",
                "{{index .Labels \"com.x\"}}~<2>",
                "{{index .Labels \"none\"}}.~.",
                "{{index .Names 1}}~/b",
                "{{(index .Mounts 0).Source}}~/srv",
                "{{join .Names \", \"}}~/a, /b",
                "{{range .Mounts}}[{{.Source}}]{{end}}~[/srv][/tmp]",
                "{{range $i, $m := .Mounts}}{{$i}}={{$m.Source}};{{end}}~0=/srv;1=/tmp;",
                "{{range $k, $v := .Labels}}{{$k}}={{$v}} {{end}}~com.x=<2> z=1 ",
                "{{range .Empty}}x{{else}}none{{end}}~none",
                "{{if .State.Paused}}a{{else if eq .State.Pid 42}}b{{else}}c{{end}}~b",
                "{{if .State.Health}}{{.State.Health.Status}}{{else}}no check{{end}}~no check",
                "{{if and .Id (not .Empty)}}yes{{end}}~yes",
                "{{with .State}}{{.Status}}{{end}}~running",
                "{{with $s := .State}}{{$s.Status}}{{end}}~running",
                "{{.Id | upper | printf \"%s-%5s|\" \"x\"}}~x-  ABC|",
                "{{printf \"%-4d|%q%%\" .State.Pid .Id}}~42  |\"abc\"%",
                "{{len .Names}} {{len .Id}}~2 3",
                "{{$x := .Id}}{{range .Names}}{{$x}}{{.}}{{end}}~abc/aabc/b",
                "{{$n := 0}}{{range .Names}}{{$n = 1}}{{end}}{{$n}}~1",
                "a {{- .Id -}} b~aabcb",
                "{{/* told to nobody */}}x~x",
                "{{.Nothing}}~<no value>",
                "{{truncate .Id 2}} {{pad .Id 1 1}}.~ab  abc .",
                "{{range split \"a,b\" \",\"}}<{{.}}>{{end}}~<a><b>",
                "{{\"}}\"}}~}}",
                "{{title .State.Status}}~Running",
                "{{if lt .State.Pid 50}}{{$.Id}}{{end}}~abc",
                "plain~plain",
                "{{range .Mounts}}{{if .RW}}{{.Source}}{{end}}{{end}} end~/srv end"
            })
    void rendersAsGoDoes(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{",
                "{{.Id",
                "{{end}}",
                "{{if .Id}}",
                "{{range .Names}}x",
                "{{nope .Id}}",
                "{{.Id}",
                "{{}}",
                "{{.Id |}}",
                "{{(.Id}}",
                "{{.Id)}}",
                "{{\"open}}",
                "{{define \"x\"}}{{end}}",
                "{{template \"x\"}}",
                "{{block \"x\" .}}",
                "{{range .Names}}{{break}}{{end}}",
                "{{.Id | .State}}x{{else}}",
                "{{1 2}}",
                "{{$}}{{$nope}}",
                "{{.Id.X}}",
                "{{.Missing}}",
                "{{.State.Missing}}",
                "{{index .Names 7}}",
                "{{range .Id}}{{end}}",
                "{{len .State.Pid}}",
                "{{printf \"%x\" .Id}}",
                "{{printf \"%s\"}}",
                "{{eq .Id}}",
                "{{join .Id \",\"}}",
                "{{.Id \"argument\"}}",
                "{{lt .Id 5}}",
                "{{\"\\x\"}}",
                "{{#}}"
            })
    void whatIsWrongOrNotSupportedIsRefused(String template) {
        assertThatThrownBy(() -> render(template))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith("template parsing error: ");
    }

    @Test
    void anUnknownFunctionIsNamed() {
        assertThatThrownBy(() -> render("{{html .Id}}"))
                .hasMessageContaining("function \"html\" is not supported; there are and eq ");
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() -> render("{{.State.Statsu}}")).hasMessageContaining("no entry for key \"Statsu\"");
    }

    @Test
    void deepNestingIsRefusedInsteadOfOverflowingTheStack() {
        assertThatThrownBy(() -> render("{{" + "(".repeat(10_000) + ".Id" + ")".repeat(10_000) + "}}"))
                .isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> render("{{if .Id}}".repeat(10_000))).isInstanceOf(TemplateException.class);
    }

    @Test
    void aMethodTakesOneArgument() {
        var data = Map.of("Label", Template.method(name -> "<" + name + ">"));

        assertThat(Template.parse("{{.Label \"com.x\"}}").render(data)).isEqualTo("<com.x>");
    }
}
