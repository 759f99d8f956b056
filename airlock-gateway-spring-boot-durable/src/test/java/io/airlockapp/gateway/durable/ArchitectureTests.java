/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.support.LocaleRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the dependencies between the packages of this module, and for other rules.
 */
class ArchitectureTests {

	private static final String ROOT = "io.airlockapp.gateway.durable";

	/**
	 * Packages by layer; a package may use those of earlier layers only.
	 */
	private static final List<List<String>> LAYERS = List.of(
			List.of(ROOT + ".argument", ROOT + ".exchange", ROOT + ".step"), List.of(ROOT + ".method"), List.of(ROOT),
			List.of(ROOT + ".maintenance"), List.of(ROOT + ".jdbc", ROOT + ".engine", ROOT + ".actuator", ROOT + ".ai"),
			List.of(ROOT + ".autoconfigure"));

	private static final int MAX_TYPES = 35;

	private static final JavaClasses ALL_MODULES = new ClassFileImporter()
		.importUrls(Stream.of(AirlockGatewayOperations.class, DurableMethod.class, DurableApprovals.class)
			.map((type) -> type.getProtectionDomain().getCodeSource().getLocation())
			.toList());

	private static final JavaClasses PRODUCTION = ALL_MODULES.that(resideInAPackage(ROOT + ".."));

	private static Stream<String> packages() {
		return PRODUCTION.stream().map(JavaClass::getPackageName).distinct().sorted();
	}

	@Test
	void seesProductionClassesOnly() {
		assertThat(PRODUCTION.contain(JdbcDurableCallStore.class)).isTrue();
		assertThat(PRODUCTION.contain(ArchitectureTests.class)).isFalse();
	}

	@Test
	void everyPackageHasALayer() {
		Set<String> known = LAYERS.stream().flatMap(List::stream).collect(Collectors.toSet());
		assertThat(packages()).isNotEmpty().allSatisfy((name) -> assertThat(known).contains(name));
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageUsesEarlierLayersOnly(String name) {
		usesOnly(name, mayUse(name)).check(PRODUCTION);
	}

	@Test
	void forbiddenDependencyIsDetected() {
		ArchRule rule = usesOnly(ROOT + ".jdbc", ROOT + ".jdbc");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> rule.check(PRODUCTION))
			.withMessageContaining("JdbcDurableCallStore");
	}

	private static ArchRule usesOnly(String name, String... used) {
		return classes().that()
			.resideInAPackage(name)
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage(used).or(DescribedPredicate.not(resideInAPackage(ROOT + ".."))));
	}

	private static String[] mayUse(String name) {
		return Stream
			.concat(Stream.of(name), LAYERS.stream().takeWhile((layer) -> !layer.contains(name)).flatMap(List::stream))
			.toArray(String[]::new);
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices()
			.matching("io.airlockapp.gateway.(**)")
			.should()
			.beFreeOfCycles()
			.check(PRODUCTION);
	}

	@Test
	void packagesAreSmall() {
		assertThat(
				packages())
			.allSatisfy(
					(name) -> assertThat(
							PRODUCTION.stream()
								.filter((type) -> type.getPackageName().equals(name) && type.isTopLevelClass()
										&& !type.getSimpleName().equals("package-info")))
						.hasSizeLessThanOrEqualTo(MAX_TYPES));
	}

	/**
	 * {@link DurableMethod} is the part of the seam that the guard does not use itself.
	 */
	@Test
	void otherModulesHaveNothingThatOnlyDurableCallsUse() {
		Map<String, Set<String>> users = new TreeMap<>();
		for (JavaClass type : ALL_MODULES) {
			for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
				JavaClass used = topLevel(dependency.getTargetClass().getBaseComponentType());
				JavaClass user = topLevel(type);
				if (!used.equals(user) && isOfOtherModule(used)) {
					users.computeIfAbsent(used.getName(), (name) -> new TreeSet<>()).add(user.getName());
				}
			}
		}
		assertThat(users).hasSizeGreaterThan(100);
		Set<String> durable = new TreeSet<>();
		while (users.entrySet()
			.stream()
			.filter((used) -> used.getValue()
				.stream()
				.allMatch((user) -> user.startsWith(ROOT + ".") || durable.contains(user)))
			.map((used) -> durable.add(used.getKey()))
			.reduce(false, Boolean::logicalOr)) {
			// Until there are no more
		}
		assertThat(durable).containsExactly(DurableMethod.class.getName());
	}

	private static JavaClass topLevel(JavaClass type) {
		return type.getEnclosingClass().map(ArchitectureTests::topLevel).orElse(type);
	}

	private static boolean isOfOtherModule(JavaClass type) {
		return type.getPackageName().startsWith("io.airlockapp.gateway") && !type.getPackageName().startsWith(ROOT);
	}

	@Test
	void verificationAloneDecidesThatARecordedMethodRuns() {
		assertThat(callers(DurableMethod.class, "start")).containsOnly("VerifyingApprovedCalls");
		assertThat(callers(RebuiltArguments.class, "areThoseOf")).containsOnly("VerifyingApprovedCalls");
		assertThat(callers(ApprovalDecision.class, "of")).containsOnly("ApprovalService", "ApprovalSteps");
		assertThat(callers(DecisionVerifier.class, "verify")).containsOnly("ApprovalService", "ApprovalSteps",
				"DecisionVerifier");
	}

	private static Stream<String> callers(Class<?> type, String method) {
		return ALL_MODULES.get(type)
			.getMethodCallsToSelf()
			.stream()
			.filter((call) -> call.getName().equals(method))
			.map((call) -> call.getOriginOwner().getSimpleName());
	}

	@Test
	void auditPathIsShortAndDocumented() throws IOException {
		String page = Files.readString(Path.of("../docs/architecture.md"));
		int start = page.indexOf("## Audit path of a durable run\n");
		assertThat(start).isNotNegative();
		String section = page.substring(start, page.indexOf("\n## ", start + 1));
		assertThat(Pattern.compile("`(\\w+)`").matcher(section).results().map((name) -> name.group(1)))
			.hasSizeLessThanOrEqualTo(12)
			.contains("VerifyingApprovedCalls", "DurableTargets", "ArgumentRecorder", "RebuiltArguments",
					"DurableMethod", "MethodGuardedCall", "ApprovalSteps", "Tally", "GuardedChain", "InnerInvocation")
			.allSatisfy((name) -> assertThat(ALL_MODULES).anyMatch((type) -> type.getSimpleName().equals(name)));
	}

	@Test
	void nothingButSpringKnowsTheAutoConfiguration() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".autoconfigure", "io.airlockapp.gateway.autoconfigure",
					"org.springframework.boot.autoconfigure..")
			.check(PRODUCTION);
	}

	@Test
	void engineAloneKnowsDbScheduler() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".engine")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.github.kagkarlsson..")
			.check(PRODUCTION);
	}

	@Test
	void stepsKnowNoDatabase() {
		noClasses().that()
			.resideInAPackage(ROOT)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
			.check(PRODUCTION);
	}

	@Test
	void actuatorAndMicrometerAreNotNeeded() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".actuator")
			.and()
			.haveSimpleNameNotStartingWith("Micrometer")
			.and()
			.haveNameNotMatching(".*DurableActuatorAutoConfiguration.*")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..",
					"io.micrometer..", ROOT + ".actuator")
			.check(PRODUCTION);
	}

	@Test
	void jpaIsNotNeeded() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("jakarta.persistence..", "org.hibernate..", "org.springframework.orm..")
			.check(PRODUCTION);
	}

	@Test
	void nothingIsInjectedIntoFieldsOrSetters() {
		GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(PRODUCTION);
		methods().should().notBeAnnotatedWith(Autowired.class).check(PRODUCTION);
	}

	@Test
	void nothingPrints() {
		GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(PRODUCTION);
		noClasses().should().callMethod(Throwable.class, "printStackTrace").check(PRODUCTION);
	}

	@Test
	void loggersAreOfCommonsLogging() {
		GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(PRODUCTION);
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.slf4j..", "org.apache.logging..", "ch.qos.logback..")
			.check(PRODUCTION);
	}

	@Test
	void textsDoNotDependOnTheDefaultLocale() {
		LocaleRule.textsDoNotDependOnTheDefaultLocale().check(PRODUCTION);
	}

	@Test
	void clocksAreGiven() {
		DescribedPredicate<JavaAccess<?>> readsClock = DescribedPredicate.describe("reads the system's clock",
				(access) -> access.getName().equals("now") && access.getTargetOwner().isEquivalentTo(Instant.class));
		noClasses().should()
			.accessTargetWhere(readsClock)
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(PRODUCTION);
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageIsNullMarked(String name) {
		assertThat(PRODUCTION.getPackage(name).tryGetPackageInfo()).hasValueSatisfying(
				(info) -> assertThat(info.isAnnotatedWith(NullMarked.class)).as("@NullMarked of " + name).isTrue());
	}

}
