package io.bulkhead.layer;

import io.bulkhead.kernel.FileNames;
import io.bulkhead.layer.LayerException.Reason;
import java.util.ArrayList;
import java.util.List;

/// Where an entry goes, seen from the layer's own root. Empty components and `.` are dropped, and a leading slash means
/// the layer's root as it does to every engine; `..` is refused, since no honest layer has it.
///
/// @param parent components joined by `/`, `.` for the root itself
/// @param name the last component, `.` for the root itself
record LayerPath(String parent, String name) {

    static final String ROOT = ".";

    /// PATH_MAX with its NUL.
    private static final int MAX_PATH = 4095;

    private static final int MAX_NAME = 255;

    static LayerPath parse(String text) {
        if (FileNames.encode(text).length > MAX_PATH) {
            throw refused(text, "the path is longer than " + MAX_PATH + " bytes");
        }
        List<String> components = components(text);
        if (components.isEmpty()) {
            return new LayerPath(ROOT, ROOT);
        }
        List<String> parents = components.subList(0, components.size() - 1);
        return new LayerPath(parents.isEmpty() ? ROOT : String.join("/", parents), components.getLast());
    }

    private static List<String> components(String text) {
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw refused(text, "this is no name");
        }
        var components = new ArrayList<String>();
        for (String component : text.split("/", -1)) {
            if (component.equals("..")) {
                throw refused(text, "`..` would lead out of the layer");
            }
            if (FileNames.encode(component).length > MAX_NAME) {
                throw refused(text, "a name in it is longer than " + MAX_NAME + " bytes");
            }
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        return components;
    }

    boolean root() {
        return name.equals(ROOT);
    }

    LayerPath sibling(String other) {
        return new LayerPath(parent, other);
    }

    /// The whole path, without a slash at its start.
    @Override
    public String toString() {
        return parent.equals(ROOT) ? name : parent + "/" + name;
    }

    private static LayerException refused(String text, String why) {
        return new LayerException(Reason.MALFORMED, TarReader.shown(text) + ": " + why);
    }
}
