/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import io.airlockapp.gateway.AbstractArchitectureTests;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import io.airlockapp.gateway.harp.DecisionVerifier;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the dependencies between the packages of this module, and for other rules.
 */
class ArchitectureTests extends AbstractArchitectureTests {

	private static final String ROOT = "io.airlockapp.gateway.durable";

	/**
	 * Packages by layer; a package may use those of earlier layers only.
	 */
	private static final List<List<String>> LAYERS = List.of(
			List.of(ROOT + ".argument", ROOT + ".exchange", ROOT + ".step"), List.of(ROOT + ".method"), List.of(ROOT),
			List.of(ROOT + ".maintenance"), List.of(ROOT + ".jdbc", ROOT + ".engine", ROOT + ".actuator", ROOT + ".ai"),
			List.of(ROOT + ".autoconfigure"));

	private static final JavaClasses ALL_MODULES = classesBeside(AirlockGatewayOperations.class, DurableMethod.class,
			DurableApprovals.class);

	private static final JavaClasses PRODUCTION = ALL_MODULES.that(resideInAPackage(ROOT + ".."));

	ArchitectureTests() {
		super(ROOT, LAYERS, PRODUCTION);
	}

	@Test
	void forbiddenDependencyIsDetected() {
		ArchRule rule = usesOnly(ROOT + ".jdbc", ROOT + ".jdbc");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> rule.check(PRODUCTION))
			.withMessageContaining("JdbcDurableCallStore");
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
		return callers(ALL_MODULES.get(type), method);
	}

	@Test
	void auditPathIsShortAndDocumented() throws IOException {
		assertThat(auditPath("## Audit path of a durable run\n")).hasSizeLessThanOrEqualTo(12)
			.contains("VerifyingApprovedCalls", "DurableTargets", "ArgumentRecorder", "RebuiltArguments",
					"DurableMethod", "MethodGuardedCall", "ApprovalSteps", "Tally", "GuardedChain", "InnerInvocation")
			.allSatisfy((name) -> assertThat(ALL_MODULES).anyMatch((type) -> type.getSimpleName().equals(name)));
	}

	@Test
	void nothingButSpringKnowsTheAutoConfiguration() {
		assertUnused(not(resideInAnyPackage(ROOT + ".autoconfigure")), ROOT + ".autoconfigure",
				"io.airlockapp.gateway.autoconfigure", "org.springframework.boot.autoconfigure..");
	}

	@Test
	void engineAloneKnowsDbScheduler() {
		assertUnused(not(resideInAnyPackage(ROOT + ".engine")), "com.github.kagkarlsson..");
	}

	@Test
	void stepsKnowNoDatabase() {
		assertUnused(resideInAPackage(ROOT), "java.sql..", "javax.sql..", "org.springframework.jdbc..");
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
		assertUnused(resideInAPackage(ROOT + ".."), "jakarta.persistence..", "org.hibernate..",
				"org.springframework.orm..");
	}

}
