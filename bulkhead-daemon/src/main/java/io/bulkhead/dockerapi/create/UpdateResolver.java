package io.bulkhead.dockerapi.create;

import io.bulkhead.container.Container;
import io.bulkhead.dockerapi.json.StrictJson;
import io.bulkhead.spec.ContainerSpec;
import io.bulkhead.spec.Resources;
import io.bulkhead.spec.RestartPolicy;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `POST /containers/{id}/update`: new limits over the ones a container has. What the request leaves at zero stays, and
/// the whole is checked as in a create request.
public final class UpdateResolver {

    /// The body, `HostConfig`'s limits without `HostConfig` around them.
    record UpdateRequest(
            long cpuShares,
            long memory,
            long nanoCpus,
            int blkioWeight,
            long cpuPeriod,
            long cpuQuota,
            String cpusetCpus,
            String cpusetMems,
            long memoryReservation,
            long memorySwap,
            @Nullable Boolean oomKillDisable,
            @Nullable Long pidsLimit,
            HostConfig.@Nullable Restart restartPolicy) {
        UpdateRequest {
            cpusetCpus = Absent.text(cpusetCpus);
            cpusetMems = Absent.text(cpusetMems);
        }
    }

    private final ResourceResolver resources;

    /// @param processors how many the host has
    public UpdateResolver(int processors) {
        resources = new ResourceResolver(processors);
    }

    /// The spec with the new limits.
    public ContainerSpec resolve(byte[] body, Container container) {
        UpdateRequest request =
                StrictJson.decode(FieldRules.UPDATE.applyTo(StrictJson.parse(body)), UpdateRequest.class);
        ContainerSpec spec = container.spec();
        Resources old = spec.resources();
        boolean aboveSwap = request.memory() > 0
                && request.memorySwap() == 0
                && old.memorySwap().orElse(-1) > 0
                && request.memory() > old.memorySwap().orElse(-1);
        Invalid.when(
                aboveSwap,
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same "
                        + "time");
        Resources limits = resources.resolve(StrictJson.decode(merged(request, old), HostConfig.class));
        return spec.withResources(keepFixed(limits, old), restart(request.restartPolicy(), spec));
    }

    private static ObjectNode merged(UpdateRequest request, Resources old) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        merged.put("CpuShares", given(request.cpuShares(), old.cpuShares()));
        merged.put("Memory", given(request.memory(), old.memory()));
        merged.put("NanoCpus", given(request.nanoCpus(), old.nanoCpus()));
        merged.put("BlkioWeight", request.blkioWeight() == 0 ? old.blkioWeight() : request.blkioWeight());
        merged.put("CpuPeriod", given(request.cpuPeriod(), old.cpuPeriod()));
        merged.put("CpuQuota", given(request.cpuQuota(), old.cpuQuota()));
        merged.put("CpusetCpus", request.cpusetCpus().isEmpty() ? old.cpusetCpus() : request.cpusetCpus());
        merged.put("CpusetMems", request.cpusetMems().isEmpty() ? old.cpusetMems() : request.cpusetMems());
        merged.put("MemoryReservation", given(request.memoryReservation(), old.memoryReservation()));
        merged.put("MemorySwap", given(request.memorySwap(), old.memorySwap()));
        Boolean oomKillDisable = request.oomKillDisable();
        merged.put("OomKillDisable", oomKillDisable == null ? old.oomKillDisable() : oomKillDisable);
        Long pidsLimit = request.pidsLimit();
        merged.put("PidsLimit", pidsLimit == null ? old.pids() : pidsLimit);
        return merged;
    }

    private static long given(long asked, OptionalLong old) {
        return asked == 0 ? old.orElse(0) : asked;
    }

    private static Resources keepFixed(Resources limits, Resources old) {
        return new Resources(
                limits.memory(),
                limits.memoryReservation(),
                limits.memorySwap(),
                limits.nanoCpus(),
                limits.cpuShares(),
                limits.cpuPeriod(),
                limits.cpuQuota(),
                limits.cpusetCpus(),
                limits.cpusetMems(),
                limits.pids(),
                limits.blkioWeight(),
                old.oomScoreAdj(),
                limits.oomKillDisable(),
                old.shmSize(),
                old.ulimits());
    }

    private static RestartPolicy restart(HostConfig.@Nullable Restart asked, ContainerSpec spec) {
        if (asked == null || asked.name().isEmpty()) {
            return spec.restart();
        }
        RestartPolicy policy = PolicyResolver.restart(asked);
        Invalid.when(
                spec.autoRemove() && !policy.equals(RestartPolicy.NEVER),
                "Restart policy cannot be updated because AutoRemove is enabled for the container");
        return policy;
    }
}
