/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.auth.device.DeviceLogin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.Advisor;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the direction of knowledge between packages, and other rules of the house.
 */
class ArchitectureTests extends AbstractArchitectureTests {

	private static final String ROOT = "io.airlockapp.gateway";

	/**
	 * Packages by layer; a package may use those of earlier layers only.
	 */
	private static final List<List<String>> LAYERS = List.of(List.of(ROOT + ".support"), List.of(ROOT + ".harp"),
			List.of(ROOT + ".client.ratelimit", ROOT + ".client.http"), List.of(ROOT + ".client"), List.of(ROOT),
			List.of(ROOT + ".approvers"), List.of(ROOT + ".halt"), List.of(ROOT + ".exchange"),
			List.of(ROOT + ".store"), List.of(ROOT + ".jdbc"), List.of(ROOT + ".auth"),
			List.of(ROOT + ".auth.device", ROOT + ".auth.security"), List.of(ROOT + ".pairing"),
			List.of(ROOT + ".policy"), List.of(ROOT + ".presence"), List.of(ROOT + ".approval"),
			List.of(ROOT + ".approval.snapshot"), List.of(ROOT + ".approval.condition"),
			List.of(ROOT + ".approval.guard"), List.of(ROOT + ".approval.verification"), List.of(ROOT + ".observation",
					ROOT + ".health", ROOT + ".audit", ROOT + ".endpoint", ROOT + ".web", ROOT + ".ai", ROOT + ".jpa"),
			List.of(ROOT + ".autoconfigure"));

	private static final String[] BOOT_AND_AOP = { "org.springframework.boot..", "org.springframework.aop..",
			"org.aopalliance.." };

	private static final JavaClasses PRODUCTION = classesBeside(AirlockGatewayOperations.class, DeviceLogin.class,
			RequiresAirlockApproval.class);

	ArchitectureTests() {
		super(ROOT, LAYERS, PRODUCTION);
	}

	@Test
	void ruleWhenPackageDependsOnLaterLayerFails() {
		ArchRule rule = usesOnly(ROOT + ".autoconfigure", mayUse(ROOT + ".approval.verification"));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> rule.check(PRODUCTION))
			.withMessageContaining("AirlockApprovalAutoConfiguration");
	}

	@Test
	void harpKnowsOnlyTheJdkAndJackson() {
		classes().that()
			.resideInAPackage(ROOT + ".harp")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(ROOT + ".harp", "java..", "javax.crypto..", "tools.jackson..",
					"com.fasterxml.jackson.annotation..", "org.jspecify..")
			.check(PRODUCTION);
	}

	@Test
	void harpDoesNoInputOrOutput() {
		assertUnused(resideInAPackage(ROOT + ".harp"), "java.net..", "java.nio.file..", "java.nio.channels..",
				"java.sql..");
	}

	@Test
	void coreKnowsNeitherSpringBootNorSpringAop() {
		assertUnused(resideInAnyPackage(core()), BOOT_AND_AOP);
	}

	@Test
	void ruleWhenPackageDependsOnSpringBootFails() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertUnused(resideInAPackage(ROOT + ".health"), BOOT_AND_AOP))
			.withMessageContaining("AirlockGatewayHealthIndicator");
	}

	/**
	 * Return the packages that know neither what is guarded nor what of Spring is there.
	 */
	private String[] core() {
		String[] core = mayUse(ROOT + ".policy");
		return Arrays.copyOfRange(core, 1, core.length);
	}

	@Test
	void publicTypesOfExchangePackageAreKnown() {
		assertThat(PRODUCTION.stream()
			.filter((type) -> type.getPackageName().equals(ROOT + ".exchange") && type.isTopLevelClass())
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaClass::getSimpleName)).containsExactlyInAnyOrder("ApprovalService", "ApprovalDependencies",
					"Admission", "ApprovalTaskExecutor", "PendingApprovals", "PendingLimits", "ArtifactHeader",
					"ReceivedDecision", "ExchangeReport", "ApprovalPairings", "EncryptedArtifact", "ExchangeClient",
					"ExchangeFailures", "ExchangeInspector");
	}

	@Test
	void typesThatReceiveDecisionsAreKnown() {
		assertThat(PRODUCTION.get(ROOT + ".exchange.ExchangeClient")
			.getMethodCallsToSelf()
			.stream()
			.filter((call) -> Set.of("Envelope", "ReceivedDecision", "ExchangeStatus")
				.contains(call.getTarget().getRawReturnType().getSimpleName()) && !call.getName().equals("submit"))
			.map((call) -> call.getOriginOwner().getSimpleName()))
			.containsOnly("DecisionReceiver", "ExchangeInspector", "ExchangeTemplate", "ExchangeClient");
	}

	@Test
	void methodsOfAuditPathAreCalledOnlyByKnownClasses() {
		assertThat(callers("approval.guard.InnerInvocation", "start")).containsOnly("GuardedInvocationExecutor",
				"DurableMethod");
		assertThat(callers("approval.guard.DurableMethod", "start")).isEmpty();
		assertThat(callers("approval.guard.InnerInvocation", "proceed")).isEmpty();
		assertThat(callers("approval.guard.GuardedChain$OuterInvocation", "toInner"))
			.containsOnly("ApprovalMethodInterceptor");
		assertThat(callers("approval.guard.MethodGuardedCall", "requireUnchanged"))
			.containsOnly("GuardedInvocationExecutor");
		assertThat(callers("ApprovalJournal", "claim")).containsOnly("EnforcingApprovalGate");
		assertThat(callers("ApprovalDecision", "of")).containsOnly("ApprovalService");
		assertThat(callers("harp.DecisionVerifier", "verify")).containsOnly("ApprovalService", "DecisionVerifier");
		assertThat(PRODUCTION.get(ROOT + ".ApprovalDecision")
			.getConstructorCallsToSelf()
			.stream()
			.map((call) -> call.getOriginOwner().getSimpleName())).containsOnly("ApprovalDecision");
	}

	@Test
	void auditPathIsShortAndDocumented() throws IOException {
		assertThat(auditPath("## Audit path\n")).hasSizeLessThanOrEqualTo(12)
			.contains("GuardedChain", "GuardedInvocationExecutor", "InnerInvocation", "MethodGuardedCall",
					"EnforcingApprovalGate", "ApprovalService", "DecisionVerifier", "Tally")
			.allSatisfy((name) -> assertThat(PRODUCTION).anyMatch((type) -> type.getSimpleName().equals(name)));
	}

	private static Stream<String> callers(String type, String method) {
		return callers(PRODUCTION.get(ROOT + "." + type), method);
	}

	@ParameterizedTest
	@CsvSource({ "auth.device, com.nimbusds..", "auth.security, org.springframework.security..",
			"health, org.springframework.boot.health..", "endpoint, org.springframework.boot.actuate.endpoint..",
			"observation, io.micrometer..", "audit, org.springframework.boot.actuate.audit..",
			"ai, org.springframework.ai..", "jpa, jakarta.persistence..", "jpa, org.hibernate..",
			"jpa, org.springframework.orm..", "web, org.springframework.web.servlet..",
			"web, org.springframework.web.reactive..", "web, org.springframework.web.server.." })
	void adapterAloneKnowsItsTechnology(String adapter, String technology) {
		assertUnused(not(resideInAnyPackage(ROOT + "." + adapter, ROOT + ".autoconfigure")), technology);
	}

	@Test
	void autoConfigurationsArePublicAndFinal() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.resideInAPackage(ROOT + ".autoconfigure")
			.check(PRODUCTION);
	}

	@Test
	void autoConfigurationsHaveNoPublicMethods() {
		methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.check(PRODUCTION);
	}

	@Test
	void autoConfigurationsHaveNoPublicFields() {
		fields().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.check(PRODUCTION);
	}

	@Test
	void beanMethodsThatPostProcessAreStatic() {
		methods().that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(assignableTo(BeanPostProcessor.class).or(assignableTo(BeanFactoryPostProcessor.class))
				.or(assignableTo(Advisor.class)))
			.should()
			.beStatic()
			.check(PRODUCTION);
	}

	@Test
	void numbersAreFormattedWithoutTheDefaultLocale() throws IOException {
		List<Path> sources;
		try (Stream<Path> files = Files.find(Path.of(".."), Integer.MAX_VALUE, (file, attributes) -> file.toString()
			.matches(
					"\\.\\./airlock-gateway-(core|device-login|spring-boot-(autoconfigure|durable))/src/main/.*\\.java"))) {
			sources = files.toList();
		}
		assertThat(sources).hasSizeGreaterThan(PRODUCTION.size() / 4)
			.allSatisfy((source) -> assertThat(Files.readString(source))
				.as("%s: write numbers with %%s, because %%d uses the digits of the default locale", source)
				.doesNotContainPattern("%[0-9$,.+(#-]*[a-zA-Z&&[^sn]]"));
	}

	@Test
	void keysAndNoncesAreOfSecureRandom() {
		noClasses().that()
			.resideInAnyPackage(ROOT + ".harp", ROOT + ".client..", ROOT + ".auth", ROOT + ".store..",
					ROOT + ".pairing..", ROOT + ".approval..")
			.should()
			.dependOnClassesThat(
					belongToAnyOf(Random.class, SplittableRandom.class, ThreadLocalRandom.class, RandomGenerator.class))
			.check(PRODUCTION);
		noClasses().should().callMethod(Math.class, "random").check(PRODUCTION);
	}

	@Test
	void secureRandomIsNeitherSeededNorChosen() {
		noClasses().should()
			.callConstructor(SecureRandom.class, byte[].class)
			.orShould()
			.callMethod(SecureRandom.class, "setSeed", byte[].class)
			.orShould()
			.callMethod(SecureRandom.class, "setSeed", long.class)
			.orShould()
			.callMethod(SecureRandom.class, "getInstance", String.class)
			.check(PRODUCTION);
		assertThat(PRODUCTION.stream().flatMap((type) -> type.getConstructorCallsFromSelf().stream()))
			.anyMatch((call) -> call.getTargetOwner().isEquivalentTo(SecureRandom.class));
	}

	@Test
	void publicFieldsAreFinal() {
		noFields().that().areNotFinal().should().bePublic().check(PRODUCTION);
	}

}
