package io.bulkhead.container;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.bulkhead.idmap.UsernsMode;
import io.bulkhead.seccomp.Confinement;
import io.bulkhead.seccomp.PolicyRule;
import io.bulkhead.seccomp.SyscallPolicy;
import io.bulkhead.selinux.LabelMode;
import io.bulkhead.spec.IsolationSpec.NamespaceMode;
import io.bulkhead.spec.MountOwners;
import io.bulkhead.spec.NetworkSpec;
import io.bulkhead.spec.StorageSpec;
import io.bulkhead.spec.UserSpec;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// How stored objects are written. The model knows no JSON; where it has a choice of variants, the variant's name is
/// written beside its values.
final class StoreJson {

    private StoreJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface Variant {}

    /// Strict: a file with an unknown, missing or doubled field is damaged, and is not guessed at.
    static JsonMapper mapper() {
        return JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .addMixIn(UsernsMode.class, Variant.class)
                .addMixIn(Confinement.class, Variant.class)
                .addMixIn(SyscallPolicy.Base.class, Variant.class)
                .addMixIn(PolicyRule.Subject.class, Variant.class)
                .addMixIn(LabelMode.class, Variant.class)
                .addMixIn(NamespaceMode.class, Variant.class)
                .addMixIn(StorageSpec.Mount.class, Variant.class)
                .addMixIn(MountOwners.class, Variant.class)
                .addMixIn(NetworkSpec.Mode.class, Variant.class)
                .addMixIn(UserSpec.Id.class, Variant.class)
                .build();
    }
}
