package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.access.Allowed;
import io.bulkhead.access.Target;
import io.bulkhead.capability.Capability;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Seen;
import io.bulkhead.dockerapi.create.PolicyRequest;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.spec.ContainerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds the policies of a question, and asks whether the caller may see each of them before looking at any.
final class AskedPolicies {

    private final Backend backend;

    AskedPolicies(Backend backend) {
        this.backend = backend;
    }

    List<AskedPolicy> of(Call call, List<PolicyRequest> requests) {
        List<Optional<ContainerSpec>> specs = requests.stream()
                .map(request -> Optional.of(request.container())
                        .filter(name -> !name.isEmpty())
                        .map(name -> new Seen(call, backend).container(name).spec()))
                .toList();
        for (Optional<ContainerSpec> spec : specs) {
            Allowed _ = call.allow(
                    spec.<Target>map(ContainerSpec::target).orElseGet(() -> Target.object("system call policy")));
        }
        var policies = new ArrayList<AskedPolicy>();
        for (int i = 0; i < requests.size(); i++) {
            PolicyRequest request = requests.get(i);
            policies.add(specs.get(i)
                    .map(AskedPolicies::ofContainer)
                    .orElseGet(() -> policy("the policy", request.confinement(), request.capabilities())));
        }
        return policies;
    }

    private static AskedPolicy ofContainer(ContainerSpec spec) {
        return policy(
                "container " + spec.name(),
                spec.isolation().confinement(),
                spec.isolation().capabilities());
    }

    private static AskedPolicy policy(String name, Confinement confinement, Set<Capability> capabilities) {
        var target = io.bulkhead.seccomp.Target.of(System.getProperty("os.arch", ""), capabilities);
        return switch (confinement) {
            case Confinement.Canary(var policy) ->
                new AskedPolicy.Filtered(name + " (canary: nothing is refused)", policy, target, true);
            case Confinement.Filtered(var policy) -> new AskedPolicy.Filtered(name, policy, target, false);
            case Confinement.Unconfined _ -> new AskedPolicy.Unconfined(name, target);
        };
    }
}
