/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.CompiledClasses;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.verification.elsewhere.PackagePrivateBeans;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Profile;
import org.springframework.context.annotation.ScannedGenericBeanDefinition;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.stereotype.Component;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link BeanMethods}: no method that makes a bean leaves it without the guard.
 */
class BeanMethodsTests {

	private static final List<String> asked = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> asked.add(call.toString()));

	@AfterEach
	void forget() {
		asked.clear();
	}

	@ParameterizedTest
	@ValueSource(classes = { OnMethod.class, OnType.class, OnMethodOfFullConfiguration.class, OnInterface.class,
			OnBeanFactoryPostProcessor.class })
	void guardedBeanMethodFailsStart(Class<?> configuration) {
		assertBeanMethodIsRefused(this.contextRunner.withUserConfiguration(configuration));
	}

	@Test
	void guardedStaticBeanMethodFailsStart() {
		assertRefused(this.contextRunner.withUserConfiguration(OnStaticMethod.class), ".refunds of bean",
				"the method is static");
		assertThat(asked).isEmpty();
	}

	@Test
	void staticBeanMethodOfGuardedTypeIsAccepted() {
		this.contextRunner.withInitializer((context) -> {
			RootBeanDefinition definition = new RootBeanDefinition(GuardedType.class);
			definition.setFactoryMethodName("create");
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("refunds", definition);
		}).run((context) -> {
			context.getBean(GuardedType.class).refund();
			assertThat(asked).containsExactly("GuardedType.refund");
		});
	}

	@Test
	void guardedFactoryMethodOfDefinitionFailsStart() {
		assertBeanMethodIsRefused(this.contextRunner.withBean("factory", Factory.class).withInitializer((context) -> {
			RootBeanDefinition definition = new RootBeanDefinition();
			definition.setFactoryBeanName("factory");
			definition.setFactoryMethodName("refunds");
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("refunds", definition);
		}));
	}

	@Test
	void otherMethodOfAConfigurationIsGuarded() {
		this.contextRunner.withUserConfiguration(OnOtherMethod.class).run((context) -> {
			context.getBean(OnOtherMethod.class).rotate();
			assertThat(asked).containsExactly("OnOtherMethod.rotate");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { CallInALiteConfiguration.class, ReferenceInALiteConfiguration.class,
			CallOfASuperclass.class, CallWithSuper.class, CallOfAnInterfaceWithSuper.class, CallOfAFactory.class,
			CallOfAFinalFactory.class, CallOfAStaticMethodOfASuperclass.class, CallInANestedClass.class,
			CallForALazyBean.class, CallForAnInactiveBean.class, CallForALazyBeanOfAWiderType.class,
			InheritedFromAnotherPackage.class, CallOfAnOverridingMethod.class, CallInABeanMethodOfTheSameName.class })
	void callOfBeanMethodThatCreatesAnotherObjectFailsStart(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(".payouts requires approval, but cannot be guarded",
						"code of " + configuration.getName() + " calls that method")
				.extracting((failure) -> ((UnguardableMethodException) failure).getRemedy(),
						InstanceOfAssertFactories.STRING)
				.startsWith("Inject the bean as a parameter"));
		assertThatException().isThrownBy(() -> ProcessedContext.of((context) -> {
			context.register(AirlockApprovalAutoConfiguration.class);
			context.register(configuration);
		})).isInstanceOf(UnguardableMethodException.class);
	}

	@ParameterizedTest
	@ValueSource(classes = { CallForABeanMadeElsewhere.class, CallInAComponentWithAProxy.class })
	void callOfMethodThatCreatesGuardedObjectElsewhereFailsStart(Class<?> configuration) {
		assertRefused(this.contextRunner.withUserConfiguration(configuration), "calls that method");
	}

	@Test
	void beanMethodInGroovyComponentFailsStartUnlessConfigurationIsFull() {
		CompiledClasses classes = CompiledClasses.of(Map.of("groovy.lang.GroovyObject",
				"package groovy.lang; public interface GroovyObject { }", "desk.Configurations", """
						package desk;

						import org.springframework.context.annotation.*;
						import io.airlockapp.gateway.approval.RequiresAirlockApproval;

						public class Configurations {

							public static class Payouts {
								@RequiresAirlockApproval
								public void payOut() {
								}
							}

							@Configuration(proxyBeanMethods = false)
							public static class Lite implements groovy.lang.GroovyObject {
								@Bean
								Payouts payouts() {
									return new Payouts();
								}
							}

							@Configuration
							public static class Full implements groovy.lang.GroovyObject {
								@Bean
								Payouts payouts() {
									return new Payouts();
								}
							}
						}
						"""));
		ApplicationContextRunner runner = this.contextRunner.withClassLoader(classes);
		assertRefused(runner.withUserConfiguration(classes.find("desk.Configurations$Lite")),
				"is written in Groovy, and may call that method");
		runner.withUserConfiguration(classes.find("desk.Configurations$Full"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void callOfBeanMethodWithLazyInitializationFailsStart() {
		assertRefused(this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withUserConfiguration(CallInALiteConfiguration.class));
	}

	@Test
	void componentThatIsNeverCreatedMayHaveAMethodWhoseTypeIsMissing() throws Exception {
		String name = getClass().getPackageName().replace('.', '/') + "/Search";
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
		writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_NATIVE, "find", "()Lmissing/Result;", null, null)
			.visitEnd();
		Class<?> component = MethodHandles.lookup().defineClass(writer.toByteArray());
		RootBeanDefinition definition = new RootBeanDefinition(component);
		definition.setLazyInit(true);
		this.contextRunner
			.withInitializer((context) -> ((BeanDefinitionRegistry) context.getBeanFactory())
				.registerBeanDefinition("search", definition))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(ApprovalGuardVerifier.class).findTypes()).noneMatch(GuardedMethods::mayGuard)
					.doesNotContain(component);
			});
		UnguardedContext.verify(new AnnotationConfigApplicationContext() {
			{
				registerBeanDefinition("search", definition);
				refresh();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { InheritingComponent.class, ImplementingComponent.class })
	void callInComponentWhoseClassIsNotLoadedFailsStart(Class<?> component) throws IOException {
		ScannedGenericBeanDefinition definition = new ScannedGenericBeanDefinition(
				new SimpleMetadataReaderFactory().getMetadataReader(component.getName()));
		assertRefused(
				this.contextRunner.withInitializer((context) -> ((BeanDefinitionRegistry) context.getBeanFactory())
					.registerBeanDefinition("component", definition)),
				"code of " + component.getName() + " calls that method");
	}

	@Test
	void callInFullConfigurationCreatedBySupplierFailsStart() {
		this.contextRunner.withBean(CallForALazyBeanInAFullConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertRefused(this.contextRunner.withBean(CallForALazyBeanInAFullConfiguration.class,
				CallForALazyBeanInAFullConfiguration::new), "calls that method");
	}

	@ParameterizedTest
	@ValueSource(classes = { CallInAFullConfiguration.class, CallInAFullConfigurationWithAProxy.class,
			CallOfAnInterface.class, Parameter.class, OverridingBeanMethod.class, CallForABeanWithoutGuard.class,
			CallByABridge.class, CallInAMethodOfTheSameName.class })
	void objectOfOtherBeanMethodIsGuarded(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			context.getBean(Client.class).payouts().payOut();
			assertThat(asked).containsExactly("Payouts.payOut");
		});
	}

	private static void assertBeanMethodIsRefused(ApplicationContextRunner runner) {
		runner.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(UnguardableMethodException.class)
			.hasMessageContainingAll("refunds requires approval", "it creates the bean 'refunds'")
			.extracting((failure) -> ((UnguardableMethodException) failure).getRemedy(),
					InstanceOfAssertFactories.STRING)
			.startsWith("Put @RequiresAirlockApproval on the bean's class, or on a method of what refunds returns"));
		assertThat(asked).isEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	static class OnMethod {

		@Bean
		@RequiresAirlockApproval
		Function<String, String> refunds() {
			return (order) -> order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@RequiresAirlockApproval
	static class OnType {

		@Bean
		Function<String, String> refunds() {
			return (order) -> order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnStaticMethod {

		@Bean
		@RequiresAirlockApproval
		static Function<String, String> refunds() {
			return (order) -> order;
		}

	}

	@Configuration
	static class OnMethodOfFullConfiguration {

		@Bean
		@RequiresAirlockApproval
		Function<String, String> refunds() {
			return (order) -> order;
		}

	}

	interface Beans {

		@Bean
		@RequiresAirlockApproval
		default Function<String, String> refunds() {
			return (order) -> order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnInterface implements Beans {

	}

	@Configuration(proxyBeanMethods = false)
	static class OnBeanFactoryPostProcessor {

		@Bean
		@RequiresAirlockApproval
		static BeanFactoryPostProcessor refunds() {
			return (beanFactory) -> {
			};
		}

	}

	@RequiresAirlockApproval
	static class GuardedType {

		public void refund() {
		}

		static GuardedType create() {
			return new GuardedType();
		}

	}

	static class Factory {

		@RequiresAirlockApproval
		public Function<String, String> refunds() {
			return (order) -> order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OnOtherMethod {

		@Bean
		Function<String, String> refunds() {
			return (order) -> order;
		}

		@RequiresAirlockApproval
		public void rotate() {
		}

	}

	static class Payouts {

		@RequiresAirlockApproval
		public void payOut() {
		}

	}

	record Client(Payouts payouts) {
	}

	@Configuration(proxyBeanMethods = false)
	static class CallInALiteConfiguration {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReferenceInALiteConfiguration {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Supplier<Client> client() {
			Supplier<Payouts> payouts = this::payouts;
			return () -> new Client(payouts.get());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithPayouts {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallOfAnOverridingMethod extends WithPayouts {

		@Override
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Configuration
	static class CallInABeanMethodOfTheSameName {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Configuration
		static class Nested {

			private final CallInABeanMethodOfTheSameName outer;

			Nested(CallInABeanMethodOfTheSameName outer) {
				this.outer = outer;
			}

			@Bean("client")
			Client payouts() {
				return new Client(this.outer.payouts());
			}

		}

	}

	/**
	 * Spring returns the bean, since no other method of that name creates one.
	 */
	@Configuration
	static class CallInAMethodOfTheSameName {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client(new Source() {

				@Override
				public Payouts payouts() {
					return CallInAMethodOfTheSameName.this.payouts();
				}

			}.payouts());
		}

	}

	interface Source {

		Payouts payouts();

	}

	interface Maker<T> {

		Payouts payouts(T name);

	}

	@Configuration(proxyBeanMethods = false)
	static class CallByABridge implements Maker<ApplicationContext> {

		@Override
		@Bean
		public Payouts payouts(ApplicationContext context) {
			return new Payouts();
		}

		@Bean
		Client client(Payouts payouts) {
			return new Client(payouts);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallOfASuperclass extends WithPayouts {

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Configuration
	static class FullWithPayouts {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

	}

	@Configuration
	static class CallWithSuper extends FullWithPayouts {

		@Bean
		Client client() {
			return new Client(super.payouts());
		}

	}

	interface PayoutsConfiguration {

		@Bean
		default Payouts payouts() {
			return new Payouts();
		}

	}

	@Configuration
	static class CallOfAnInterfaceWithSuper implements PayoutsConfiguration {

		@Bean
		Client client() {
			return new Client(PayoutsConfiguration.super.payouts());
		}

	}

	@Configuration
	static class CallOfAnInterface implements PayoutsConfiguration {

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	static class PayoutsFactory implements FactoryBean<Payouts> {

		@Override
		public Payouts getObject() {
			return new Payouts();
		}

		@Override
		public Class<?> getObjectType() {
			return Payouts.class;
		}

	}

	@Configuration
	static class CallOfAFinalFactory {

		@Bean
		FinalPayoutsFactory payouts() {
			return new FinalPayoutsFactory();
		}

		@Bean
		Client client() {
			return new Client(payouts().getObject());
		}

	}

	static final class FinalPayoutsFactory extends PayoutsFactory {

	}

	@Configuration(proxyBeanMethods = false)
	static class CallOfAFactory {

		@Bean
		PayoutsFactory payouts() {
			return new PayoutsFactory();
		}

		@Bean
		Client client() {
			return new Client(payouts().getObject());
		}

	}

	static class WithStaticPayouts {

		@Bean
		static Payouts payouts() {
			return new Payouts();
		}

	}

	@Configuration
	static class CallOfAStaticMethodOfASuperclass extends WithStaticPayouts {

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallInANestedClass {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Supplier<Client> client() {
			return new Supplier<>() {

				@Override
				public Client get() {
					return new Client(payouts());
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallForALazyBean {

		@Bean
		@Lazy
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Component
	static class InheritingComponent extends CallForALazyBean {

	}

	interface LazyPayoutsConfiguration {

		@Bean
		@Lazy
		default Payouts payouts() {
			return new Payouts();
		}

		@Bean
		default Client client() {
			return new Client(payouts());
		}

	}

	@Component
	static class ImplementingComponent implements LazyPayoutsConfiguration {

	}

	@Configuration
	static class CallForALazyBeanInAFullConfiguration extends CallForALazyBean {

	}

	@Configuration(proxyBeanMethods = false)
	static class CallForAnInactiveBean {

		@Bean
		@Profile("other")
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallForALazyBeanOfAWiderType {

		@Bean
		@Lazy
		Object payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client((Payouts) payouts());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallForABeanMadeElsewhere {

		@Bean
		Object payouts() {
			return create();
		}

		@Bean
		Client client() {
			return new Client((Payouts) payouts());
		}

		private Payouts create() {
			return new Payouts();
		}

	}

	@Component
	static class CallInAComponentWithAProxy extends CallForABeanMadeElsewhere {

		@RequiresAirlockApproval
		public void rotate() {
		}

	}

	@Configuration
	static class InheritedFromAnotherPackage extends PackagePrivateBeans {

	}

	@Configuration(proxyBeanMethods = false)
	static class CallForABeanWithoutGuard extends WithPayouts {

		record Currency(String code) {

		}

		@Bean
		Object currency() {
			return new Currency("EUR");
		}

		@Bean
		Client client(Payouts payouts) {
			assertThat(currency()).isEqualTo(new Currency("EUR"));
			return new Client(payouts);
		}

	}

	@Configuration
	static class CallInAFullConfiguration {

		@Bean
		Payouts payouts() {
			return new Payouts();
		}

		@Bean
		Client client() {
			return new Client(payouts());
		}

	}

	@Configuration
	static class CallInAFullConfigurationWithAProxy extends CallForABeanMadeElsewhere {

		@RequiresAirlockApproval
		public void rotate() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Parameter extends WithPayouts {

		@Bean
		Client client(Payouts payouts) {
			return new Client(payouts);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OverridingBeanMethod extends Parameter {

		@Bean
		@Override
		Payouts payouts() {
			return super.payouts();
		}

	}

}
