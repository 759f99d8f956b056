/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Predicate;

import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.verification.elsewhere.NightDesk;
import io.airlockapp.gateway.approval.verification.elsewhere.reactor.Plant;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.implementation.StubMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.util.ClassUtils;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what is prepared ahead of time for guarded beans. Whole approvals are tested
 * with the simulator.
 */
class GuardedBeanAotProcessorTests {

	private static final String MARK = "setAttribute(\"io.airlockapp.gateway.approval.guarded\", true)";

	private static ProcessedContext process(Class<?> bean, String... properties) {
		return ProcessedContext.of((context) -> {
			context.register(AirlockApprovalAutoConfiguration.class);
			context.registerBean(bean);
		}, properties);
	}

	@Test
	void wholeHierarchyOfAGuardedBeanIsVisible() {
		assertThat(process(Refunds.class).hints()).matches(visible(Refunds.class))
			.matches(visible(AbstractRefunds.class))
			.matches(visible(RefundsOfAll.class));
	}

	@Test
	void argumentTypesWithSensitiveFieldsAreVisible() {
		assertThat(process(Refunds.class).hints()).matches(visible(Order.class))
			.matches(RuntimeHintsPredicates.reflection().onMethodInvocation(Order.class, "lines"))
			.matches(visible(Line.class))
			.matches(visible(Customer.class))
			.matches(RuntimeHintsPredicates.reflection().onMethodInvocation(Customer.class, "getName"))
			.matches(visible(Person.class))
			.matches(RuntimeHintsPredicates.reflection().onFieldAccess(Person.class, "birthday"));
	}

	@ParameterizedTest
	@ValueSource(classes = { Order.class, Line.class, Customer.class, Person.class })
	void classFilesAndConstructorsOfArgumentsAreAvailable(Class<?> type) {
		assertThat(process(Refunds.class).hints())
			.matches(RuntimeHintsPredicates.resource()
				.forResource(ClassUtils.convertClassNameToResourcePath(type.getName()) + ClassUtils.CLASS_FILE_SUFFIX))
			.matches(RuntimeHintsPredicates.reflection()
				.onType(type)
				.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
	}

	@Test
	void proxyIsMadeAheadOfTime() {
		assertThat(process(Refunds.class).hints().reflection().typeHints())
			.extracting((hint) -> hint.getType().getName())
			.anyMatch((name) -> name.startsWith(Refunds.class.getName() + "$$SpringCGLIB$$"));
		assertThat(process(Refunds.class, "spring.aop.proxy-target-class=false").hints())
			.matches(RuntimeHintsPredicates.proxies()
				.forInterfaces(AopProxyUtils.completeJdkProxyInterfaces(RefundsOfAll.class)));
	}

	@Test
	void guardedBeanIsMarked() {
		assertThat(process(Refunds.class).sources()).containsOnlyOnce(MARK);
		assertThat(process(Order.class).sources()).doesNotContain(MARK);
	}

	@Test
	void markedBeanWithoutVisibleMethodsFailsTheStart() {
		RootBeanDefinition definition = new RootBeanDefinition(Customer.class, () -> new Customer("Ann"));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withInitializer((context) -> {
				definition.setAttribute("io.airlockapp.gateway.approval.guarded", true);
				((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("refunds", definition);
			})
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContaining("'refunds'"));
	}

	@Test
	void objectOfAConstructorIsLocked() {
		for (int time = 0; time < 2; time++) {
			ProcessedContext processed = process(Refunds.class);
			assertThat(processed.sources()).contains("Refunds$$AirlockLock$$0\", \"()V\")");
			assertThat(processed.classes())
				.contains(Refunds.class.getName().replace('.', '/') + "$$AirlockLock$$0.class");
			assertThat(processed.hints().reflection().typeHints()).extracting((hint) -> hint.getType().getName())
				.contains(Refunds.class.getName() + "$$AirlockLock$$0");
		}
	}

	@Test
	void lazyParametersOfALockedClassHaveTheirProxies() {
		assertThat(process(WithLazyParameter.class).hints().proxies().jdkProxyHints())
			.anyMatch((hint) -> hint.getProxiedInterfaces().contains(TypeReference.of(RefundsOfAll.class)));
	}

	@Test
	void objectsOfTheSameClassHaveTheSameLock() {
		ProcessedContext processed = ProcessedContext.of((context) -> {
			context.register(AirlockApprovalAutoConfiguration.class);
			context.registerBean("first", Refunds.class);
			context.registerBean("second", Refunds.class);
		});
		assertThat(processed.classes()).filteredOn((name) -> name.contains("AirlockLock")).hasSize(1);
	}

	@Test
	void callOnTheObjectItselfIsDeniedAndDoesNotFailTheBuild() {
		assertThat(process(OnItself.class).sources()).contains("OnItself$$AirlockLock$$0\", \"()V\")");
	}

	@Test
	void objectOfABeanMethodHasNoLock() {
		assertThat(process(RefundsConfiguration.class).sources()).contains(MARK.replace("true", "false"))
			.doesNotContain("AirlockLock");
	}

	@Test
	void configurationKeepsTheSubclassThatCallsBeanMethods() {
		assertThat(process(GuardedConfiguration.class).sources())
			.contains("GuardedConfiguration$$SpringCGLIB$$0", MARK.replace("true", "false"))
			.doesNotContain("AirlockLock");
	}

	@Test
	void guardedFactoryMethodFailsTheBuild() {
		assertThatException().isThrownBy(() -> process(GuardedFactoryMethod.class))
			.havingRootCause()
			.isInstanceOf(UnguardableMethodException.class)
			.withMessageContaining("it creates the bean 'customer'");
	}

	@Test
	void objectThatLostItsLockFailsTheStart() {
		assertRefused(
				new ApplicationContextRunner()
					.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
					.withBean(MetaRefunds.class, MetaRefunds::new,
							(definition) -> definition.setAttribute("io.airlockapp.gateway.approval.guarded", true)),
				"lock");
	}

	@ParameterizedTest
	@ValueSource(classes = { PrivateMethod.class, StaticMethod.class, FinalMethod.class })
	void unguardableMethodFailsTheBuild(Class<?> bean) {
		assertThatException().isThrownBy(() -> process(bean))
			.havingRootCause()
			.isInstanceOf(UnguardableMethodException.class)
			.withMessageContainingAll(bean.getName(), ".refund", "cannot be guarded");
	}

	@Test
	void finalTypeFailsTheBuild() {
		assertThatException().isThrownBy(() -> process(FinalType.class))
			.havingRootCause()
			.withMessageContainingAll("final class", FinalType.class.getName());
	}

	@Test
	void guardedClassesOfTheApplicationAndOfLibrariesThatNoBeanDefinitionNamesAreVisible(@TempDir Path directory)
			throws IOException {
		File library = new ByteBuddy().subclass(Object.class)
			.name("org.apache.example.LibraryRefunds")
			.defineMethod("refund", void.class, Visibility.PUBLIC)
			.intercept(StubMethod.INSTANCE)
			.annotateMethod(AnnotationDescription.Builder.ofType(RequiresAirlockApproval.class).build(false))
			.make()
			.toJar(directory.resolve("library.jar").toFile());
		URL[] classPath = { library.toURI().toURL(), getClass().getProtectionDomain().getCodeSource().getLocation() };
		try (URLClassLoader classLoader = new SmallClassPath(classPath)) {
			ProcessedContext processed = ProcessedContext.of((context) -> {
				context.setClassLoader(classLoader);
				context.register(AirlockApprovalAutoConfiguration.class);
				AutoConfigurationPackages.register(context, NightDesk.class.getPackageName());
			});
			assertThat(processed.hints()).matches(visible(NightDesk.class))
				.matches(visible(Plant.class))
				.matches(visible(AbstractRefunds.class))
				.matches(visible(RefundsOfAll.class))
				.matches(visible(Order.class))
				.matches(visible(MetaRefunds.class))
				.matches(RuntimeHintsPredicates.reflection()
					.onType(TypeReference.of("org.apache.example.LibraryRefunds"))
					.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS));
		}
	}

	/**
	 * A class path without the other libraries, whose class files are many.
	 */
	private static final class SmallClassPath extends URLClassLoader {

		private final ClassLoader other = getClass().getClassLoader();

		private SmallClassPath(URL[] classPath) {
			super(classPath, null);
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			return name.startsWith("org.apache.example.") ? super.findClass(name) : this.other.loadClass(name);
		}

		@Override
		public Enumeration<URL> findResources(String name) throws IOException {
			return name.isEmpty() ? super.findResources(name) : this.other.getResources(name);
		}

	}

	private static Predicate<RuntimeHints> visible(Class<?> type) {
		return RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS);
	}

	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval
	@interface Meta {

	}

	static class MetaRefunds {

		@Meta
		void refund() {
		}

	}

	interface RefundsOfAll {

		@RequiresAirlockApproval("Refund")
		void refundAll(List<Order> orders);

	}

	abstract static class AbstractRefunds<T> {

		@RequiresAirlockApproval("Refund")
		public void refund(T order) {
		}

	}

	static class Refunds extends AbstractRefunds<Customer> implements RefundsOfAll {

		@Override
		public void refundAll(List<Order> orders) {
		}

	}

	static class WithLazyParameter {

		WithLazyParameter(@Lazy RefundsOfAll refunds) {
		}

		@RequiresAirlockApproval
		public void refund() {
		}

	}

	record Order(List<Line> lines) {

	}

	record Line(BigDecimal amount) {

	}

	static class Person {

		@AirlockSensitive
		private final String birthday = "1 May";

	}

	static class Customer extends Person {

		private final String name;

		Customer(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

	}

	static class OnItself {

		@RequiresAirlockApproval
		void refund() {
		}

		void retry() {
			refund();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RefundsConfiguration {

		@Bean
		MetaRefunds refunds() {
			return new MetaRefunds();
		}

	}

	@Configuration
	static class GuardedConfiguration {

		@RequiresAirlockApproval
		void refundAll() {
		}

		@Bean
		Customer customer() {
			return new Customer("Ann");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class GuardedFactoryMethod {

		@Bean
		@RequiresAirlockApproval
		Customer customer() {
			return new Customer("Ann");
		}

	}

	static class PrivateMethod {

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	static class StaticMethod {

		@RequiresAirlockApproval
		static void refund() {
		}

	}

	static class FinalMethod {

		@RequiresAirlockApproval
		final void refund() {
		}

	}

	static final class FinalType {

		@RequiresAirlockApproval
		void refund() {
		}

	}

}
