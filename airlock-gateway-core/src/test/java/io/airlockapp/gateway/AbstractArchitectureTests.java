/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.airlockapp.gateway.support.LocaleRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rules for the classes of all modules, and for the order of their packages.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class AbstractArchitectureTests {

	private static final int MAX_TYPES = 35;

	private final String root;

	/**
	 * Packages by layer; a package may use those of earlier layers only.
	 */
	private final List<List<String>> layers;

	private final JavaClasses production;

	protected AbstractArchitectureTests(String root, List<List<String>> layers, JavaClasses production) {
		this.root = root;
		this.layers = layers;
		this.production = production;
	}

	protected static JavaClasses classesBeside(Class<?>... types) {
		return new ClassFileImporter().importUrls(
				Stream.of(types).map((type) -> type.getProtectionDomain().getCodeSource().getLocation()).toList());
	}

	final Stream<String> packages() {
		return this.production.stream().map(JavaClass::getPackageName).distinct().sorted();
	}

	@Test
	void seesProductionClassesOnly() {
		assertThat(this.production).isNotEmpty();
		assertThat(this.production.contain(getClass())).isFalse();
		assertThat(this.production.contain(AbstractArchitectureTests.class)).isFalse();
	}

	@Test
	void everyPackageHasALayer() {
		assertThat(packages()).containsExactlyInAnyOrderElementsOf(this.layers.stream().flatMap(List::stream).toList());
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageUsesEarlierLayersOnly(String name) {
		usesOnly(name, mayUse(name)).check(this.production);
	}

	/**
	 * Return the rule that a package uses no others than some.
	 * @param name the package
	 * @param used the packages that it may use
	 * @return the rule
	 */
	protected final ArchRule usesOnly(String name, String... used) {
		return classes().that()
			.resideInAPackage(name)
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage(used).or(DescribedPredicate.not(resideInAPackage(this.root + ".."))));
	}

	protected final String[] mayUse(String name) {
		return Stream
			.concat(Stream.of(name),
					this.layers.stream().takeWhile((layer) -> !layer.contains(name)).flatMap(List::stream))
			.toArray(String[]::new);
	}

	/**
	 * Require that some types use nothing of some packages.
	 * @param types the types
	 * @param packages the packages
	 */
	protected final void assertUnused(DescribedPredicate<JavaClass> types, String... packages) {
		noClasses().that(types).should().dependOnClassesThat().resideInAnyPackage(packages).check(this.production);
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices()
			.assignedFrom(new PackageSlices())
			.should()
			.beFreeOfCycles()
			.check(this.production);
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageIsSmall(String name) {
		assertThat(this.production.stream()
			.filter((type) -> type.getPackageName().equals(name) && type.isTopLevelClass()
					&& !type.getSimpleName().equals("package-info")))
			.hasSizeLessThanOrEqualTo(MAX_TYPES);
	}

	/**
	 * Return the simple names of the classes that call a method.
	 * @param type the class of the method
	 * @param method the name of the method
	 * @return the names
	 */
	protected static Stream<String> callers(JavaClass type, String method) {
		return type.getMethodCallsToSelf()
			.stream()
			.filter((call) -> call.getName().equals(method))
			.map((call) -> call.getOriginOwner().getSimpleName());
	}

	/**
	 * Return the classes that the documentation names on an audit path.
	 * @param heading the heading of the path
	 * @return the simple names
	 * @throws IOException if the page cannot be read
	 */
	protected static List<String> auditPath(String heading) throws IOException {
		String page = Files.readString(Path.of("../docs/architecture.md"));
		int start = page.indexOf(heading);
		assertThat(start).isNotNegative();
		String section = page.substring(start, page.indexOf("\n## ", start + 1));
		return Pattern.compile("(?<=`)\\w+(?=`)").matcher(section).results().map(MatchResult::group).toList();
	}

	@Test
	void nothingIsInjectedIntoFieldsOrSetters() {
		GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION.check(this.production);
		methods().should().notBeAnnotatedWith(Autowired.class).check(this.production);
	}

	@Test
	void noClassPrintsToStandardStreams() {
		GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(this.production);
		noClasses().should().callMethod(Throwable.class, "printStackTrace").check(this.production);
	}

	@Test
	void loggersAreOfCommonsLogging() {
		GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(this.production);
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.slf4j..", "org.apache.logging..", "ch.qos.logback..")
			.check(this.production);
	}

	@Test
	void textsDoNotDependOnTheDefaultLocale() {
		LocaleRule.textsDoNotDependOnTheDefaultLocale().check(this.production);
	}

	@Test
	void noClassReadsSystemClock() {
		DescribedPredicate<JavaClass> times = belongToAnyOf(Instant.class, LocalDateTime.class, OffsetDateTime.class,
				ZonedDateTime.class);
		DescribedPredicate<JavaAccess<?>> readsClock = DescribedPredicate.describe("reads the system's clock",
				(access) -> access.getName().equals("now") && times.test(access.getTargetOwner()));
		noClasses().should()
			.accessTargetWhere(readsClock)
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(this.production);
	}

	@ParameterizedTest
	@MethodSource("packages")
	void packageIsNullMarked(String name) {
		assertThat(this.production.getPackage(name).tryGetPackageInfo()).hasValueSatisfying(
				(info) -> assertThat(info.isAnnotatedWith(NullMarked.class)).as("@NullMarked of " + name).isTrue());
	}

	private final class PackageSlices implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
			return javaClass.getPackageName().startsWith(AbstractArchitectureTests.this.root)
					? SliceIdentifier.of(javaClass.getPackageName()) : SliceIdentifier.ignore();
		}

		@Override
		public String getDescription() {
			return "each package";
		}

	}

}
