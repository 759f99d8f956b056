/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for the kinds of beans and methods that are guarded, each exactly once.
 */
class GuardedBeansTests {

	private final RecordingGate gate = new RecordingGate();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> this.gate);

	@ParameterizedTest
	@CsvSource({ "false,false", "false,true", "true,true" })
	void beanWithInterfaceIsGuardedByAnyProxyType(boolean ofClass, boolean springsAop) {
		this.contextRunner
			.withPropertyValues("spring.aop.auto=" + springsAop, "spring.aop.proxy-target-class=" + ofClass)
			.withBean(Refunds.class, DefaultRefunds::new)
			.run((context) -> {
				Refunds refunds = context.getBean(Refunds.class);
				assertThat(Proxy.isProxyClass(refunds.getClass())).isNotEqualTo(ofClass);
				assertThat(AopUtils.isCglibProxy(refunds)).isEqualTo(ofClass);
				assertThat(refunds.refund(1)).isEqualTo("refunded 1");
				this.gate.assertAsked("DefaultRefunds.refund");
			});
	}

	@Test
	void guardedObjectCreatedByBeanFactoryCanBeAutowired() {
		this.contextRunner.run((context) -> {
			AutowireCapableBeanFactory beanFactory = context.getAutowireCapableBeanFactory();
			DefaultRefunds refunds = beanFactory.createBean(DefaultRefunds.class);
			beanFactory.autowireBean(refunds);
			assertThat(refunds.refund(1)).isEqualTo("refunded 1");
			this.gate.assertAsked("DefaultRefunds.refund");
		});
	}

	@ParameterizedTest
	@MethodSource("calls")
	void callIsGuardedOnce(Class<?> type, boolean ofClass, Function<Object, Object> call, Object result, String asked) {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=" + ofClass)
			.withBean("bean", type)
			.run((context) -> {
				assertThat(call.apply(context.getBean("bean"))).isEqualTo(result);
				this.gate.assertAsked(asked);
			});
	}

	@SuppressWarnings("unchecked")
	static Stream<Arguments> calls() {
		Function<Object, Object> refund = (bean) -> ((Refunds) bean).refund(1);
		Function<Object, Object> inherited = (bean) -> ((AnyRefunds) bean).refund(1);
		Function<Object, Object> number = (bean) -> ((GuardedDesk<Integer>) bean).handle(1);
		Function<Object, Object> text = (bean) -> ((Desk<String>) bean).handle("x");
		return Stream.of(arguments(DefaultRefunds.class, true, refund, "refunded 1", "DefaultRefunds.refund"),
				arguments(FinalRefunds.class, false, refund, "refunded 1", "FinalRefunds.refund"),
				arguments(InheritingRefunds.class, true, refund, "refunded 1", "InheritingRefunds.refund"),
				arguments(InheritingRefunds.class, false, refund, "refunded 1", "InheritingRefunds.refund"),
				arguments(GuardedHeir.class, true, inherited, "refunded 1", "GuardedHeir.refund"),
				arguments(Overriding.class, true, inherited, "refunded 1", "Overriding.refund"),
				arguments(StringDesk.class, true, text, "handled x", "StringDesk.handle"),
				arguments(NumberDesk.class, true, number, 2, "NumberDesk.handle"),
				arguments(NumberDesk.class, false, number, 2, "NumberDesk.handle"));
	}

	@Test
	void prototypesAndLazyBeansAreGuarded() {
		this.contextRunner
			.withBean("prototype", DefaultRefunds.class, DefaultRefunds::new,
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.withBean("lazy", DefaultRefunds.class, DefaultRefunds::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				for (String name : List.of("prototype", "prototype", "lazy")) {
					context.getBean(name, Refunds.class).refund(1);
				}
				this.gate.assertAsked("DefaultRefunds.refund", "DefaultRefunds.refund", "DefaultRefunds.refund");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { ScopedConfiguration.class, ScopedInterfaceConfiguration.class })
	void scopedProxyIsGuardedOnce(Class<?> configuration) {
		this.contextRunner
			.withInitializer((context) -> context.getBeanFactory().registerScope("desk", new SimpleThreadScope()))
			.withUserConfiguration(configuration)
			.run((context) -> {
				assertThat(context.getBeanFactory().getBeanDefinition("scopedTarget.refunds").getScope())
					.isEqualTo("desk");
				assertThat(context.getBean(Refunds.class).refund(1)).isEqualTo("refunded 1");
				this.gate.assertAsked("DefaultRefunds.refund");
			});
	}

	@Test
	void deniedCallDoesNotRun() {
		this.gate.denying = true;
		this.contextRunner.withBean(DefaultRefunds.class).run((context) -> {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Refunds.class).refund(1));
			assertThat(target(context.getBean(Refunds.class)).calls).isEmpty();
		});
	}

	@Test
	void productOfFactoryBeanIsGuarded() {
		this.contextRunner.withBean(RefundsFactory.class).run((context) -> {
			context.getBean(Refunds.class).refund(1);
			this.gate.assertAsked("DefaultRefunds.refund");
		});
	}

	@Test
	void interfaceMethodImplementedByInheritedGenericMethodIsGuarded() {
		this.contextRunner.withBean(InheritingPayouts.class).run((context) -> {
			Payouts payouts = context.getBean(InheritingPayouts.class);
			AnyPayouts<String> sameAsAny = context.getBean(InheritingPayouts.class);
			assertThat(payouts.payOut("4711")).isEqualTo("paid out");
			assertThat(sameAsAny.payOut("0815")).isEqualTo("paid out");
			this.gate.assertAsked("InheritingPayouts.payOut", "InheritingPayouts.payOut");
			assertThat(this.gate.commands).allMatch("InheritingPayouts.payOut(pin=•••)"::equals);
		});
	}

	@Test
	void overloadOfGuardedInterfaceMethodIsNotGuarded() {
		this.contextRunner.withBean(InheritingPayouts.class).run((context) -> {
			context.getBean(InheritingPayouts.class).payOut(1);
			this.gate.assertAsked();
		});
	}

	static Stream<Named<Supplier<Transfers>>> transfers() {
		return Stream.of(Named.of("lambda", () -> (amount) -> {
		}), Named.of("dynamic proxy",
				() -> (Transfers) Proxy.newProxyInstance(Transfers.class.getClassLoader(),
						new Class<?>[] { Transfers.class },
						(proxy, method, arguments) -> method.getName().equals("hashCode") ? 1 : null)),
				Named.of("Spring's proxy",
						() -> ProxyFactory.getProxy(Transfers.class, (MethodInterceptor) (invocation) -> null)));
	}

	@ParameterizedTest
	@MethodSource("transfers")
	void objectOfGeneratedClassIsGuarded(Supplier<Transfers> supplier) {
		this.contextRunner.withBean(Transfers.class, supplier).run((context) -> {
			Transfers transfers = context.getBean(Transfers.class);
			transfers.transfer(1);
			this.gate.assertAsked();
			transfers.transfer(1_000_000);
			this.gate.assertAsked("Transfers.transfer");
			assertThat(this.gate.labels).containsExactly("Transfers.transfer");
			assertThat(this.gate.commands).containsExactly("Transfers.transfer(amount=1000000)");
		});
	}

	@Test
	void guardedInterfaceOfSpringProxyIsGuarded() {
		this.contextRunner.withBean(GuardedRepository.class, () -> {
			ProxyFactory factory = new ProxyFactory(new DefaultRepository());
			factory.setInterfaces(GuardedRepository.class);
			factory.addAdvice((MethodInterceptor) (invocation) -> invocation.getMethod().getName().equals("archive")
					? null : invocation.proceed());
			return (GuardedRepository) factory.getProxy();
		}).run((context) -> {
			GuardedRepository repository = context.getBean(GuardedRepository.class);
			repository.deleteAll();
			repository.archive();
			this.gate.assertAsked("GuardedRepository.deleteAll", "GuardedRepository.archive");
		});
	}

	@Test
	void conditionWhenParameterNamesDifferFailsStart() {
		this.contextRunner.withBean(RenamingTransfers.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContainingAll("'#amount' is not a parameter here, but of ",
						"Transfers.transfer: give both the same names"));
	}

	@Test
	void metaAnnotationWithAliasesIsApplied() {
		this.contextRunner.withBean(Migrations.class).run((context) -> {
			context.getBean(Migrations.class).migrate();
			this.gate.assertAsked("Migrations.migrate");
			assertThat(this.gate.labels).containsExactly("Migrate production");
		});
	}

	@Test
	void placeholdersInAttributesAreResolved() {
		this.contextRunner.withPropertyValues("label=Refund here", "spring.application.name=desk")
			.withBean(WithPlaceholder.class)
			.run((context) -> {
				context.getBean(WithPlaceholder.class).refund();
				assertThat(this.gate.labels).containsExactly("Refund here");
			});
	}

	@Test
	void typeWithAnnotationGuardsPublicMethods() {
		this.contextRunner.withBean(GuardedType.class).run((context) -> {
			GuardedType bean = context.getBean(GuardedType.class);
			assertThat(bean.toString()).isEqualTo("guarded type");
			assertThat(bean).isEqualTo(bean).isNotEqualTo(new GuardedType()).hasSameHashCodeAs(bean);
			this.gate.assertAsked();
			bean.first();
			bean.second();
			this.gate.assertAsked("GuardedType.first", "GuardedType.second");
		});
	}

	@Test
	void subclassOfATypeWithAnnotationIsGuarded() {
		this.contextRunner.withBean(SubOfGuardedType.class).run((context) -> {
			context.getBean(SubOfGuardedType.class).first();
			context.getBean(SubOfGuardedType.class).third();
			this.gate.assertAsked("SubOfGuardedType.first", "SubOfGuardedType.third");
		});
	}

	@Test
	void methodsWithoutPublicAreGuarded() {
		this.contextRunner.withBean(PackagePrivate.class).run((context) -> {
			context.getBean(PackagePrivate.class).refund();
			context.getBean(PackagePrivate.class).cancel();
			this.gate.assertAsked("PackagePrivate.refund", "PackagePrivate.cancel");
		});
	}

	@Test
	void configurationWithGuardedMethodIsGuarded() {
		this.contextRunner.withUserConfiguration(GuardedConfiguration.class).run((context) -> {
			context.getBean(GuardedConfiguration.class).rotate();
			this.gate.assertAsked("GuardedConfiguration.rotate");
		});
	}

	@Test
	void otherBeansAreNotProxied() {
		this.contextRunner.withBean(Unguarded.class)
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(Unguarded.class))).isFalse());
	}

	private static DefaultRefunds target(Object proxy) throws Exception {
		return (DefaultRefunds) Objects.requireNonNull(((Advised) proxy).getTargetSource().getTarget());
	}

	private static final class RecordingGate implements ApprovalGate {

		private final List<String> calls = new ArrayList<>();

		private final List<String> labels = new ArrayList<>();

		private final List<String> commands = new ArrayList<>();

		private boolean denying;

		@Override
		public void authorize(GuardedCall call) {
			this.calls.add(call.toString());
			ApprovalRequest request = call.toRequest();
			this.labels.add(request.getLabel());
			this.commands.add(request.getCommandText());
			if (this.denying) {
				throw new ApprovalUnavailableException("No", null, null);
			}
		}

		private void assertAsked(String... calls) {
			assertThat(this.calls).containsExactly(calls);
		}

	}

	interface Refunds {

		@RequiresAirlockApproval
		String refund(int amount);

	}

	static class DefaultRefunds implements Refunds {

		private final List<Integer> calls = new ArrayList<>();

		@Override
		public String refund(int amount) {
			this.calls.add(amount);
			return "refunded " + amount;
		}

	}

	static class AnyRefunds {

		public String refund(int amount) {
			return "refunded " + amount;
		}

	}

	static class InheritingRefunds extends AnyRefunds implements Refunds {

	}

	interface Payouts {

		@RequiresAirlockApproval
		String payOut(@AirlockSensitive String pin);

	}

	static class AnyPayouts<T> {

		public String payOut(T pin) {
			return "paid out";
		}

		public String payOut(int pin) {
			return "paid out";
		}

	}

	static class InheritingPayouts extends AnyPayouts<String> implements Payouts {

	}

	interface Transfers {

		@RequiresAirlockApproval(condition = "#amount > 100")
		void transfer(int amount);

	}

	interface Repository {

		void deleteAll();

	}

	@RequiresAirlockApproval
	interface GuardedRepository extends Repository {

		void archive();

	}

	static class DefaultRepository implements Repository {

		@Override
		public void deleteAll() {
		}

	}

	static class RenamingTransfers implements Transfers {

		@Override
		public void transfer(int sum) {
		}

	}

	static final class FinalRefunds implements Refunds {

		@Override
		public String refund(int amount) {
			return "refunded " + amount;
		}

	}

	static class Overriding extends Base {

		@Override
		public String refund(int amount) {
			return super.refund(amount);
		}

	}

	static class Base extends AnyRefunds {

		@Override
		@RequiresAirlockApproval
		public String refund(int amount) {
			return super.refund(amount);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedConfiguration {

		@Bean
		@Scope(scopeName = "desk", proxyMode = ScopedProxyMode.TARGET_CLASS)
		DefaultRefunds refunds() {
			return new DefaultRefunds();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedInterfaceConfiguration {

		@Bean
		@Scope(scopeName = "desk", proxyMode = ScopedProxyMode.INTERFACES)
		Refunds refunds() {
			return new DefaultRefunds();
		}

	}

	static class RefundsFactory implements FactoryBean<Refunds> {

		@Override
		public Refunds getObject() {
			return new DefaultRefunds();
		}

		@Override
		public Class<?> getObjectType() {
			return Refunds.class;
		}

	}

	interface Desk<T> {

		T handle(T item);

	}

	static class StringDesk implements Desk<String> {

		@Override
		@RequiresAirlockApproval
		public String handle(String item) {
			return "handled " + item;
		}

	}

	interface GuardedDesk<T> {

		@RequiresAirlockApproval
		T handle(T item);

	}

	static class NumberDesk implements GuardedDesk<Integer> {

		@Override
		public Integer handle(Integer item) {
			return item + 1;
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@RequiresAirlockApproval(timeout = "2m")
	@interface Migration {

		@AliasFor(annotation = RequiresAirlockApproval.class, attribute = "value")
		String name();

	}

	static class Migrations {

		@Migration(name = "Migrate production")
		public void migrate() {
		}

	}

	static class WithPlaceholder {

		@RequiresAirlockApproval("${label}")
		public void refund() {
		}

	}

	@RequiresAirlockApproval
	static class GuardedType {

		public void first() {
		}

		public void second() {
		}

		@Override
		public String toString() {
			return "guarded type";
		}

	}

	static class SubOfGuardedType extends GuardedType {

		public void third() {
		}

	}

	@RequiresAirlockApproval
	static class GuardedHeir extends AnyRefunds {

	}

	static class PackagePrivate {

		@RequiresAirlockApproval
		void refund() {
		}

		@RequiresAirlockApproval
		protected void cancel() {
		}

	}

	@Configuration
	static class GuardedConfiguration {

		private final AtomicInteger rotations = new AtomicInteger();

		@RequiresAirlockApproval
		public int rotate() {
			return this.rotations.incrementAndGet();
		}

	}

	static class Unguarded {

		public void refund() {
		}

	}

}
