package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds an image the way Docker does: a whole id, then a name, then the beginning of an id.
final class Lookup {

    private static final String ALGORITHM = "sha256:";
    private static final Pattern WHOLE_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{1,64}");

    private final Catalog catalog;

    Lookup(Catalog catalog) {
        this.catalog = catalog;
    }

    Optional<Image> find(String reference) {
        String bare = reference.startsWith(ALGORITHM) ? reference.substring(ALGORITHM.length()) : reference;
        if (WHOLE_ID.matcher(bare).matches()) {
            return catalog.image(Digest.sha256(bare));
        }
        Optional<Image> named = reference.startsWith(ALGORITHM) ? Optional.empty() : catalog.named(parse(reference));
        return named.or(() -> byPrefix(bare, reference));
    }

    Image resolve(String reference) {
        return find(reference).orElseThrow(() -> missing(reference));
    }

    private Optional<Image> byPrefix(String prefix, String reference) {
        if (!PREFIX.matcher(prefix).matches()) {
            return Optional.empty();
        }
        List<Digest> fitting = catalog.withPrefix(prefix);
        if (fitting.size() > 1) {
            throw new ImageException(
                    Reason.AMBIGUOUS,
                    "`" + Names.shown(reference) + "` is the beginning of " + fitting.size() + " image ids");
        }
        return fitting.stream().findFirst().flatMap(catalog::image);
    }

    /// Whether the text was an id or the beginning of one, not a name.
    static boolean byId(Image image, String reference) {
        return image.id().toString().startsWith(reference) || image.id().hex().startsWith(reference);
    }

    static ImageName parse(String reference) {
        try {
            return ImageName.parse(reference);
        } catch (IllegalArgumentException wrong) {
            throw new ImageException(Reason.INVALID, "" + wrong.getMessage(), wrong);
        }
    }

    static ImageException missing(String reference) {
        boolean id =
                reference.startsWith(ALGORITHM) || WHOLE_ID.matcher(reference).matches();
        String shown =
                id ? Names.shown(reference) : parse(reference).withDefaultTag().familiar();
        return new ImageException(Reason.NOT_FOUND, "No such image: " + shown);
    }
}
