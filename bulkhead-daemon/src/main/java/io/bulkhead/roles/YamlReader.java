package io.bulkhead.roles;

import io.bulkhead.access.RolesException;
import io.bulkhead.name.Names;
import io.bulkhead.roles.YamlNode.Entry;
import io.bulkhead.roles.YamlNode.Mapping;
import io.bulkhead.roles.YamlNode.Scalar;
import io.bulkhead.roles.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads one YAML document. Anchors and aliases are refused: what stands somewhere else is easily overlooked where
/// somebody is given power.
final class YamlReader {

    private static final int DEEPEST = 16;

    private final JsonParser parser;

    private YamlReader(JsonParser parser) {
        this.parser = parser;
    }

    /// @throws RolesException with the line of what is not understood
    static YamlNode read(String text) {
        try (JsonParser parser = YAMLMapper.shared().createParser(text)) {
            if (parser.nextToken() == null) {
                return new Mapping(java.util.List.of(), 1);
            }
            var reader = new YamlReader(parser);
            YamlNode root = reader.node(0);
            if (parser.nextToken() != null) {
                throw new RolesException(reader.line(), "there is a second document; a file has one");
            }
            return root;
        } catch (JacksonException malformed) {
            int line = malformed.getLocation() == null
                    ? 0
                    : malformed.getLocation().getLineNr();
            String problem = String.valueOf(malformed.getOriginalMessage())
                    .lines()
                    .findFirst()
                    .orElse("not YAML");
            throw new RolesException(Math.max(0, line), Names.shown(problem));
        }
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private YamlNode node(int depth) {
        int line = line();
        if (depth > DEEPEST) {
            throw new RolesException(line, "this is nested too deeply");
        }
        if (parser.getObjectId() != null || (parser instanceof YAMLParser yaml && yaml.isCurrentAlias())) {
            throw new RolesException(line, "anchors and aliases are not used here: write it out");
        }
        return switch (parser.currentToken()) {
            case START_ARRAY -> sequence(line, depth);
            case START_OBJECT -> mapping(line, depth);
            case VALUE_NULL ->
                throw new RolesException(line, "there is nothing here: write a value, or leave the key out");
            default -> new Scalar(parser.getString(), line);
        };
    }

    private Sequence sequence(int line, int depth) {
        var items = new ArrayList<YamlNode>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(depth + 1));
        }
        return new Sequence(items, line);
    }

    private Mapping mapping(int line, int depth) {
        var entries = new ArrayList<Entry>();
        var seen = new HashSet<String>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = new Scalar(parser.currentName(), line());
            if (!seen.add(key.text())) {
                throw new RolesException(key.line(), "the key `" + Names.shown(key.text()) + "` is there twice");
            }
            parser.nextToken();
            entries.add(new Entry(key, node(depth + 1)));
        }
        return new Mapping(entries, line);
    }
}
