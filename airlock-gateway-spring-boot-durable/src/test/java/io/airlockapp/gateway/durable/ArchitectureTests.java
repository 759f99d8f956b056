package io.airlockapp.gateway.durable;

import java.text.Format;
import java.time.Instant;
import java.util.Formatter;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
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
	private static final List<List<String>> LAYERS = List.of(List.of(ROOT), List.of(ROOT + ".maintenance"),
			List.of(ROOT + ".jdbc", ROOT + ".engine", ROOT + ".actuator"), List.of(ROOT + ".autoconfigure"));

	private static final int MAX_TYPES = 35;

	private static final JavaClasses PRODUCTION = new ClassFileImporter()
		.importUrl(DurableApprovals.class.getProtectionDomain().getCodeSource().getLocation());

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
	void wrongArrowIsSeen() {
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
		noClasses().should()
			.callMethod(String.class, "toLowerCase")
			.orShould()
			.callMethod(String.class, "toUpperCase")
			.orShould()
			.callMethod(String.class, "format", String.class, Object[].class)
			.orShould()
			.dependOnClassesThat(assignableTo(Format.class).or(assignableTo(Formatter.class)))
			.because("what one instance stores, another one with another locale compares: use Locale.ROOT")
			.check(PRODUCTION);
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
