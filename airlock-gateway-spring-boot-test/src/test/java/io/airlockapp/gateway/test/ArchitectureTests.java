/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.test.assertj.AirlockAssertions;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the classes of this module know: test libraries are optional, and the
 * simulator needs none of them.
 */
class ArchitectureTests {

	private static final String ROOT = "io.airlockapp.gateway";

	private static final int MAX_TYPES = 35;

	private static final JavaClasses PRODUCTION = new ClassFileImporter()
		.importUrl(AirlockSimulator.class.getProtectionDomain().getCodeSource().getLocation());

	private static Stream<String> packages() {
		return PRODUCTION.stream().map(JavaClass::getPackageName).distinct().sorted();
	}

	@Test
	void seesProductionClassesOnly() {
		assertThat(PRODUCTION.contain(AirlockSimulator.class)).isTrue();
		assertThat(PRODUCTION.contain(ArchitectureTests.class)).isFalse();
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageIsSmall(String name) {
		assertThat(PRODUCTION.stream()
			.filter((type) -> type.getPackageName().equals(name) && type.isTopLevelClass()
					&& !type.getSimpleName().equals("package-info")))
			.hasSizeLessThanOrEqualTo(MAX_TYPES);
	}

	@Test
	void httpKnowsNothingElseOfTheSimulator() {
		assertUnused(resideInAPackage(ROOT + ".simulator.http"), ROOT + ".simulator", ROOT + ".simulator.gateway",
				ROOT + ".simulator.approver");
	}

	@Test
	void simulatorKnowsNoTests() {
		assertUnused(resideInAPackage(ROOT + ".simulator.."), ROOT + ".test..");
	}

	@Test
	void nothingButSpringKnowsTheAutoConfiguration() {
		assertUnused(not(resideInAPackage(ROOT + ".test.autoconfigure")), ROOT + ".autoconfigure",
				ROOT + ".test.autoconfigure");
	}

	@Test
	void assertionsAloneKnowAssertj() {
		assertUnused(not(resideInAPackage(AirlockAssertions.class.getPackageName())), "org.assertj..");
	}

	@Test
	void extensionsAndAnnotationsAloneKnowJunit() {
		assertUnused(not(belongToAnyOf(AirlockSimulatorExtension.class, RequiredSimulatorExtension.class,
				AutoConfigureAirlockSimulator.class, ApproveAll.class, RejectAll.class)), "org.junit..");
	}

	@Test
	void listenerTransactionsAndDefaultsAloneKnowSpringTest() {
		assertUnused(
				not(belongToAnyOf(AirlockSimulatorTestExecutionListener.class, TestManagedTransactions.class,
						TestDefaultsContextCustomizerFactory.class)),
				"org.springframework.test..", "org.springframework.boot.test..");
	}

	private static void assertUnused(DescribedPredicate<JavaClass> types, String... packages) {
		noClasses().that(types).should().dependOnClassesThat().resideInAnyPackage(packages).check(PRODUCTION);
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageIsNullMarked(String name) {
		assertThat(PRODUCTION.getPackage(name).tryGetPackageInfo()).hasValueSatisfying(
				(info) -> assertThat(info.isAnnotatedWith(NullMarked.class)).as("@NullMarked of " + name).isTrue());
	}

}
