package io.bulkhead.dockerapi.create;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.bulkhead.dockerapi.json.StrictJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// `HostConfig` of a create request.
///
/// @param maskedPaths null: the default; an empty list is what the client makes of `systempaths=unconfined`
public record HostConfig(
        List<String> binds,
        LogConfig logConfig,
        String networkMode,
        @JsonSetter(contentNulls = Nulls.SKIP) Map<String, List<PortBinding>> portBindings,
        Restart restartPolicy,
        boolean autoRemove,
        String volumeDriver,
        List<String> volumesFrom,
        List<Mount> mounts,
        List<String> capAdd,
        List<String> capDrop,
        String cgroupnsMode,
        List<String> dns,
        List<String> dnsOptions,
        List<String> dnsSearch,
        List<String> extraHosts,
        List<String> groupAdd,
        String ipcMode,
        int oomScoreAdj,
        String pidMode,
        boolean privileged,
        boolean publishAllPorts,
        boolean readonlyRootfs,
        List<String> securityOpt,
        Map<String, String> tmpfs,
        @JsonProperty("UTSMode") String utsMode,
        String usernsMode,
        long shmSize,
        Map<String, String> sysctls,
        String runtime,
        String isolation,
        long cpuShares,
        long memory,
        long nanoCpus,
        String cgroupParent,
        int blkioWeight,
        long cpuPeriod,
        long cpuQuota,
        String cpusetCpus,
        String cpusetMems,
        List<Device> devices,
        long memoryReservation,
        long memorySwap,
        boolean oomKillDisable,
        long pidsLimit,
        List<Ulimit> ulimits,
        @Nullable List<String> maskedPaths,
        @Nullable List<String> readonlyPaths,
        boolean init) {

    public HostConfig {
        binds = Absent.list(binds);
        logConfig = logConfig == null ? new LogConfig("", Map.of()) : logConfig;
        networkMode = Absent.text(networkMode);
        portBindings = Absent.map(portBindings);
        restartPolicy = restartPolicy == null ? new Restart("", 0) : restartPolicy;
        volumeDriver = Absent.text(volumeDriver);
        volumesFrom = Absent.list(volumesFrom);
        mounts = Absent.list(mounts);
        capAdd = Absent.list(capAdd);
        capDrop = Absent.list(capDrop);
        cgroupnsMode = Absent.text(cgroupnsMode);
        dns = Absent.list(dns);
        dnsOptions = Absent.list(dnsOptions);
        dnsSearch = Absent.list(dnsSearch);
        extraHosts = Absent.list(extraHosts);
        groupAdd = Absent.list(groupAdd);
        ipcMode = Absent.text(ipcMode);
        pidMode = Absent.text(pidMode);
        securityOpt = Absent.list(securityOpt);
        tmpfs = Absent.map(tmpfs);
        utsMode = Absent.text(utsMode);
        usernsMode = Absent.text(usernsMode);
        sysctls = Absent.map(sysctls);
        runtime = Absent.text(runtime);
        isolation = Absent.text(isolation);
        cgroupParent = Absent.text(cgroupParent);
        cpusetCpus = Absent.text(cpusetCpus);
        cpusetMems = Absent.text(cpusetMems);
        devices = Absent.list(devices);
        ulimits = Absent.list(ulimits);
        maskedPaths = maskedPaths == null ? null : List.copyOf(maskedPaths);
        readonlyPaths = readonlyPaths == null ? null : List.copyOf(readonlyPaths);
    }

    /// What a request without a `HostConfig` means.
    static HostConfig none() {
        return StrictJson.decode(JsonNodeFactory.instance.objectNode(), HostConfig.class);
    }

    public record LogConfig(String type, Map<String, String> config) {
        public LogConfig {
            type = Absent.text(type);
            config = Absent.map(config);
        }
    }

    public record PortBinding(String hostIp, String hostPort) {
        public PortBinding {
            hostIp = Absent.text(hostIp);
            hostPort = Absent.text(hostPort);
        }
    }

    public record Restart(String name, int maximumRetryCount) {
        public Restart {
            name = Absent.text(name);
        }
    }

    public record Device(String pathOnHost, String pathInContainer, String cgroupPermissions) {
        public Device {
            pathOnHost = Absent.text(pathOnHost);
            pathInContainer = Absent.text(pathInContainer);
            cgroupPermissions = Absent.text(cgroupPermissions);
        }
    }

    public record Ulimit(String name, long soft, long hard) {
        public Ulimit {
            name = Absent.text(name);
        }
    }

    /// @param owners not Docker's: an option of `-v` about owners, such as `idmap=...` or `U`
    public record Mount(
            String type,
            String source,
            String target,
            boolean readOnly,
            @Nullable BindOptions bindOptions,
            @Nullable VolumeOptions volumeOptions,
            @Nullable TmpfsOptions tmpfsOptions,
            String owners) {
        public Mount {
            owners = Absent.text(owners);
            type = Absent.text(type);
            source = Absent.text(source);
            target = Absent.text(target);
        }
    }

    public record BindOptions(String propagation, boolean createMountpoint) {
        public BindOptions {
            propagation = Absent.text(propagation);
        }
    }

    public record VolumeOptions(
            boolean noCopy,
            Map<String, String> labels,
            @Nullable DriverConfig driverConfig,
            String subpath) {
        public VolumeOptions {
            labels = Absent.map(labels);
            subpath = Absent.text(subpath);
        }
    }

    public record DriverConfig(String name, Map<String, String> options) {
        public DriverConfig {
            name = Absent.text(name);
            options = Absent.map(options);
        }
    }

    public record TmpfsOptions(long sizeBytes, int mode, List<List<String>> options) {
        public TmpfsOptions {
            options = Absent.list(options);
        }
    }
}
