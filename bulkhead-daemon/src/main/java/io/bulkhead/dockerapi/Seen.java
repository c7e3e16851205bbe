package io.bulkhead.dockerapi;

import io.bulkhead.access.Operation;
import io.bulkhead.access.Target;
import io.bulkhead.container.Container;
import io.bulkhead.container.EngineException;
import io.bulkhead.container.Exec;
import io.bulkhead.image.Image;
import io.bulkhead.image.ImageException;
import io.bulkhead.name.ContainerName;
import io.bulkhead.name.ImageName;
import io.bulkhead.name.Names;
import io.bulkhead.volume.Volume;
import io.bulkhead.volume.VolumeException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The engine's things as far as one caller may know of them. What is somebody else's is told as if it were not there,
/// in the same words; only the record knows that it was asked for.
public final class Seen {

    private final Call call;
    private final Backend backend;

    public Seen(Call call, Backend backend) {
        this.call = call;
        this.backend = backend;
    }

    /// @throws EngineException as [io.bulkhead.container.Containers#resolve(String)]
    public Container container(String idOrName) {
        try {
            return backend.containers().resolve(idOrName, call::sees);
        } catch (EngineException absent) {
            if (absent.reason() == EngineException.Reason.NOT_FOUND) {
                requireHidden(idOrName, absent);
            }
            throw absent;
        }
    }

    /// Ends normally if there is no such container at all.
    private void requireHidden(String idOrName, EngineException absent) {
        Target target;
        try {
            target = backend.containers().resolve(idOrName).spec().target();
        } catch (EngineException _) {
            return;
        }
        throw call.hidden(target, absent);
    }

    /// A failure to take a name, without saying whose it is if the caller may not know.
    public EngineException nameTaken(ContainerName name, EngineException failure) {
        if (failure.reason() != EngineException.Reason.CONFLICT || isSeen(name)) {
            return failure;
        }
        return new EngineException(
                EngineException.Reason.CONFLICT,
                "Conflict. The container name \"/" + name + "\" is already in use: choose another one.");
    }

    private boolean isSeen(ContainerName name) {
        return backend.containers().all().stream()
                .filter(container -> container.spec().name().equals(name))
                .allMatch(container -> call.sees(container.spec().target()));
    }

    /// Of a container that is seen.
    public Exec exec(String id) {
        Exec exec = backend.containers().exec(id);
        Target target = backend.containers().get(exec.container()).spec().target();
        if (!call.sees(target)) {
            throw call.hidden(
                    target,
                    new EngineException(EngineException.Reason.NOT_FOUND, "No such exec instance: " + Names.shown(id)));
        }
        return exec;
    }

    /// Those that belong in a list of containers.
    public List<Container> containers() {
        return backend.containers().all().stream()
                .filter(container ->
                        call.lists(Operation.CONTAINER_LIST, container.spec().target()))
                .toList();
    }

    /// With the names that the caller may know.
    ///
    /// @throws ImageException as [io.bulkhead.image.Images#resolve(String)]
    public Image image(String reference) {
        Image image = backend.images().resolve(reference);
        Target asked = image.named(reference).map(tag -> target(image, tag)).orElseGet(() -> target(image));
        if (!call.sees(asked)) {
            throw call.hidden(
                    asked,
                    new ImageException(ImageException.Reason.NOT_FOUND, "No such image: " + Names.shown(reference)));
        }
        return withTags(
                image,
                image.tags().stream()
                        .filter(tag -> call.sees(target(image, tag)))
                        .toList());
    }

    /// Those that belong in a list of images, with the names that do.
    public List<Image> images() {
        return backend.images().all().stream()
                .filter(image -> call.lists(Operation.IMAGE_LIST, target(image)))
                .map(image -> withTags(
                        image,
                        image.tags().stream()
                                .filter(tag -> call.lists(Operation.IMAGE_LIST, target(image, tag)))
                                .toList()))
                .toList();
    }

    private static Image withTags(Image image, List<ImageName> tags) {
        return tags.size() == image.tags().size() ? image : image.withTags(tags);
    }

    /// By all its names.
    public static Target target(Image image) {
        return new Target.OfImage(
                image.id().toString(),
                image.tags().stream().map(ImageName::toString).collect(Collectors.toSet()));
    }

    /// By one of its names.
    public static Target target(Image image, ImageName tag) {
        return new Target.OfImage(image.id().toString(), Set.of(tag.toString()));
    }

    /// @throws VolumeException NOT_FOUND
    public Volume volume(String name) {
        var absent =
                new VolumeException(VolumeException.Reason.NOT_FOUND, "get " + Names.shown(name) + ": no such volume");
        Volume volume = backend.volumes().find(name).orElseThrow(() -> absent);
        if (!call.sees(volume.target())) {
            throw call.hidden(volume.target(), absent);
        }
        return volume;
    }

    /// Those that belong in a list of volumes.
    public List<Volume> volumes() {
        return backend.volumes().all().stream()
                .filter(volume -> call.lists(Operation.VOLUME_LIST, volume.target()))
                .toList();
    }
}
