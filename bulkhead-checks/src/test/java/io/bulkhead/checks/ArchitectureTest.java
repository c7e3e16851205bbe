package io.bulkhead.checks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The structure of docs/architecture.md, held by the build.
class ArchitectureTest {

    private static final String[] MODEL = {
        "io.bulkhead.name..",
        "io.bulkhead.idmap..",
        "io.bulkhead.seccomp..",
        "io.bulkhead.selinux..",
        "io.bulkhead.capability..",
        "io.bulkhead.access..",
        "io.bulkhead.chain..",
        "io.bulkhead.spec.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.bulkhead");

    /// A rule over nothing holds; this is what notices that the scan found nothing.
    @ParameterizedTest
    @MethodSource("scanned")
    void theScanReachesEveryModule(String packageName) {
        assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals(packageName)))
                .as("classes of " + packageName)
                .isNotEmpty();
    }

    static Stream<String> scanned() {
        return Stream.of("io.bulkhead.spec", "io.bulkhead.kernel", "io.bulkhead.image", "io.bulkhead.container");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.bulkhead.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theModelIsPure() {
        noClasses()
                .that(resideInAnyPackage(MODEL))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.nio.file..", "java.net..", "java.lang.foreign..", "java.time.zone.."))
                .orShould()
                .dependOnClassesThat(resideInAPackage("io.bulkhead..").and(not(resideInAnyPackage(MODEL))))
                .check(CLASSES);
    }

    @Test
    void onlyTheKernelModuleCallsNatively() {
        noClasses()
                .that(not(resideInAPackage("io.bulkhead.kernel..")))
                .should()
                .dependOnClassesThat(resideInAPackage("java.lang.foreign.."))
                .because("native access is granted to one module only")
                .check(CLASSES);
    }

    @Test
    void onlyThreePackagesStartPrograms() {
        noClasses()
                .that(not(resideInAnyPackage(
                        "io.bulkhead.runtime..", "io.bulkhead.network..", "io.bulkhead.image..", "io.bulkhead.cli..")))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .because("every program the engine starts is started where it is reviewed")
                .check(CLASSES);
    }

    /// The CLI runs as the user: engine code in it would be engine code without the engine's checks.
    @Test
    void nothingDependsOnTheCommandLine() {
        classes()
                .that(resideInAPackage("io.bulkhead.cli.."))
                .should()
                .onlyHaveDependentClassesThat(resideInAPackage("io.bulkhead.cli.."))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheAuthorizerMakesAProof() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.bulkhead.access.Authorizer")
                .should()
                .callConstructorWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                        com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                com.tngtech.archunit.core.domain.properties.HasName.Predicates.name(
                                        "io.bulkhead.access.Allowed"))))
                .check(CLASSES);
    }
}
