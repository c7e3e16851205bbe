package io.bulkhead.dockerapi.container;

import io.bulkhead.access.Allowed;
import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.name.ContainerId;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Privileges;

/// The container a call is about and the proof that the call may be.
record Subject(Container container, Allowed allowed) {

    /// For what a container's owner may do without its privileges: start, stop, look.
    static Subject of(Call call, Backend backend) {
        Container container = new Seen(call, backend).container(call.path("id"));
        return new Subject(container, call.allow(container.spec().target()));
    }

    /// For reaching into a container: whoever does that has all that the container has.
    static Subject within(Call call, Backend backend) {
        return within(call, new Seen(call, backend).container(call.path("id")));
    }

    static Subject within(Call call, Container container) {
        ContainerSpec spec = container.spec();
        return new Subject(container, call.allow(spec.target(), Privileges.of(spec)));
    }

    ContainerId id() {
        return container.id();
    }
}
