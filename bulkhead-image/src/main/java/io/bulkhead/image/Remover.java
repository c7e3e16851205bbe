package io.bulkhead.image;

import io.bulkhead.image.ImageException.Reason;
import io.bulkhead.image.Images.Removal;
import io.bulkhead.name.Digest;
import io.bulkhead.name.ImageName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Takes names and images away as Docker does (moby, daemon/images/image_delete.go), with its words.
///
/// One thing is stricter: the layers of an image that a container uses stay even if the container is stopped and the
/// caller forces it, since the container could never start again. Forcing takes the name away only.
final class Remover {

    private final Catalog catalog;
    private final Lookup lookup;
    private final Predicate<Digest> inUse;
    private final List<Removal> done = new ArrayList<>();
    private long bytes;

    Remover(Catalog catalog, Lookup lookup, Predicate<Digest> inUse) {
        this.catalog = catalog;
        this.lookup = lookup;
        this.inUse = inUse;
    }

    List<Removal> done() {
        return List.copyOf(done);
    }

    long bytes() {
        return bytes;
    }

    void remove(String reference, boolean force) {
        Image image = lookup.resolve(reference);
        if (Lookup.byId(image, reference)) {
            removeById(image, force);
        } else {
            removeName(image, reference, force);
        }
    }

    private void removeName(Image image, String reference, boolean force) {
        if (!force && single(catalog.names(image.id())) && inUse.test(image.id())) {
            throw new ImageException(
                    Reason.IN_USE,
                    "conflict: unable to remove repository reference \"" + reference
                            + "\" (must force) - a container is using its referenced image "
                            + image.id().shortHex());
        }
        ImageName name = Lookup.parse(reference).withDefaultTag();
        untag(name);
        List<ImageName> left = catalog.names(image.id());
        if (name.digest().isEmpty() && left.stream().noneMatch(each -> tagOf(name, each))) {
            // Digests of a repository without a tag in it would be names nobody asked to keep.
            left.stream().filter(each -> sameRepository(name, each)).forEach(this::untag);
        }
        if (catalog.names(image.id()).isEmpty() && !inUse.test(image.id())) {
            delete(image);
        }
    }

    private void removeById(Image image, boolean force) {
        List<ImageName> names = catalog.names(image.id());
        if (!force && !single(names)) {
            throw conflict(image, "must be forced", "image is referenced in multiple repositories");
        }
        if (inUse.test(image.id())) {
            throw conflict(image, force ? "cannot be forced" : "must be forced", "image is being used by a container");
        }
        names.forEach(this::untag);
        delete(image);
    }

    /// Removes a whole image that [Images#prune] chose.
    void prune(Image image) {
        catalog.names(image.id()).forEach(this::untag);
        delete(image);
    }

    private void untag(ImageName name) {
        catalog.unname(name);
        done.add(new Removal.Untagged(name.familiar()));
    }

    private void delete(Image image) {
        catalog.remove(image.id()).ifPresent(freed -> {
            done.add(new Removal.Deleted(image.id()));
            freed.chains().forEach(chain -> done.add(new Removal.Deleted(chain)));
            bytes += freed.bytes();
        });
    }

    private static ImageException conflict(Image image, String force, String why) {
        return new ImageException(
                Reason.IN_USE, "conflict: unable to delete " + image.id().shortHex() + " (" + force + ") - " + why);
    }

    /// At most one tag, and every digest in that tag's repository.
    private static boolean single(List<ImageName> names) {
        long tags = names.stream().filter(name -> name.digest().isEmpty()).count();
        Set<String> repositories =
                names.stream().map(ImageName::familiarRepository).collect(Collectors.toCollection(HashSet::new));
        return tags <= 1 && repositories.size() <= 1;
    }

    private static boolean tagOf(ImageName name, ImageName other) {
        return other.digest().isEmpty() && sameRepository(name, other);
    }

    private static boolean sameRepository(ImageName name, ImageName other) {
        return name.familiarRepository().equals(other.familiarRepository());
    }
}
