package io.bulkhead.dockerapi.seccomp;

import io.bulkhead.access.Operation;
import io.bulkhead.dockerapi.Backend;
import io.bulkhead.dockerapi.Call;
import io.bulkhead.dockerapi.Json;
import io.bulkhead.dockerapi.Route;
import io.bulkhead.dockerapi.create.PolicyRequest;
import io.bulkhead.dockerapi.json.RequestBody;
import java.io.IOException;
import java.util.List;

/// `show`, `explain` and `diff` of system call policies. POSTs, since they take profiles; they change nothing.
public final class SeccompRoutes {

    private final AskedPolicies policies;

    public SeccompRoutes(Backend backend) {
        policies = new AskedPolicies(backend);
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/bulkhead/v1/seccomp/show", Operation.SECCOMP_READ, this::show),
                new Route("POST", "/bulkhead/v1/seccomp/explain", Operation.SECCOMP_READ, this::explain),
                new Route("POST", "/bulkhead/v1/seccomp/diff", Operation.SECCOMP_READ, this::diff));
    }

    private void show(Call call) throws IOException {
        var request = PolicyRequest.Show.decode(RequestBody.json(call.exchange()));
        AskedPolicy policy = policies.of(call, List.of(request.policy())).getFirst();
        Object answer = request.format().isEmpty()
                ? Meaning.of(() -> PolicyReport.of(policy))
                : Meaning.of(() -> PolicyExport.of(policy, request.format()));
        Json.answer(call.exchange(), 200, answer);
    }

    private void explain(Call call) throws IOException {
        var request = PolicyRequest.Explain.decode(RequestBody.json(call.exchange()));
        AskedPolicy policy = policies.of(call, List.of(request.policy())).getFirst();
        Json.answer(call.exchange(), 200, Meaning.of(() -> CallReport.of(policy, request)));
    }

    private void diff(Call call) throws IOException {
        var request = PolicyRequest.Difference.decode(RequestBody.json(call.exchange()));
        List<AskedPolicy> both = policies.of(call, List.of(request.before(), request.after()));
        Json.answer(call.exchange(), 200, Meaning.of(() -> DifferenceReport.of(both.getFirst(), both.getLast())));
    }
}
