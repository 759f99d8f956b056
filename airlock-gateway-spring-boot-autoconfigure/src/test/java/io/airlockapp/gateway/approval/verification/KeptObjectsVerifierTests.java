/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.CompiledClasses;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.support.MethodInvokingRunnable;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link KeptObjectsVerifier}.
 */
class KeptObjectsVerifierTests {

	private static final Class<?> handler = keeper("integration.handler", "ServiceActivatingHandler");

	private static final Class<?> poller = CompiledClasses.of(Map.of("org.springframework.integration.Poller", """
			package org.springframework.integration;

			public class Poller {
				private final Object source;
				private final Object original;
				public Poller(Object source, Object original) {
					this.source = source;
					this.original = original;
				}
			}
			""")).find("org.springframework.integration.Poller");

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	/**
	 * Create a class of a library that keeps an object.
	 */
	private static Class<?> keeper(String library, String name) {
		return CompiledClasses.of(Map.of("org.springframework.%s.%s".formatted(library, name), """
				package org.springframework.%s;

				public class %s {
					private final Object kept;
					public %s(Object kept) {
						this.kept = kept;
					}
				}
				""".formatted(library, name, name))).find("org.springframework.%s.%s".formatted(library, name));
	}

	private static SmartLifecycle startable(AtomicBoolean started) {
		return new SmartLifecycle() {

			@Override
			public void start() {
				started.set(true);
			}

			@Override
			public void stop() {
				started.set(false);
			}

			@Override
			public boolean isRunning() {
				return started.get();
			}

		};
	}

	private static Object keeping(Object object) {
		return keeping(handler, object);
	}

	private static Object keeping(Class<?> keeper, Object object) {
		return BeanUtils.instantiateClass(keeper.getConstructors()[0], object);
	}

	@ParameterizedTest
	@MethodSource
	void guardedObjectInFlowFailsStart(Object kept) {
		assertKept(this.contextRunner.withBean("activator", Object.class, () -> keeping(kept)), "Bean 'activator'");
	}

	static Stream<Object> guardedObjectInFlowFailsStart() {
		Function<String, String> reference = new Refunds()::refund;
		return Stream.of(new Refunds(), keeping(new Refunds()), List.of(new Refunds()), Map.of("order", new Refunds()),
				new Object[] { new Refunds() }, reference);
	}

	@ParameterizedTest
	@CsvSource({ "jms.listener.adapter, MessageListenerAdapter",
			"scheduling.quartz, MethodInvokingJobDetailFactoryBean",
			"batch.infrastructure.item.adapter, ItemProcessorAdapter" })
	void guardedObjectInAdapterFailsStart(String library, String name) {
		Class<?> adapter = keeper(library, name);
		assertKept(this.contextRunner.withBean("adapter", Object.class, () -> keeping(adapter, new Refunds())),
				"Bean 'adapter'");
	}

	@Test
	void guardedObjectInAdapterOfContainerFailsStart() {
		Object adapter = keeping(keeper("amqp.rabbit.listener.adapter", "MessageListenerAdapter"), new Refunds());
		Class<?> container = keeper("amqp.rabbit.listener", "SimpleMessageListenerContainer");
		assertKept(this.contextRunner.withBean("container", Object.class, () -> keeping(container, adapter)),
				"Bean 'container'");
	}

	@Test
	void guardedListenerAddedByConfigurerFailsStart() {
		AtomicBoolean started = new AtomicBoolean();
		List<Object> containers = new ArrayList<>();
		Class<?> registry = keeper("kafka.config", "KafkaListenerEndpointRegistry");
		assertKept(this.contextRunner.withBean("registry", Object.class, () -> keeping(registry, containers))
			.withBean("listeners", SmartLifecycle.class, () -> startable(started))
			.withBean("configurer", SmartInitializingSingleton.class,
					() -> () -> containers.add(keeping(new Refunds()))),
				"Bean 'registry'");
		assertThat(started).isFalse();
	}

	@Test
	void guardedObjectInLazyBeanFailsOnCreation() {
		this.contextRunner
			.withBean("activator", Object.class, () -> keeping(new Refunds()), (bean) -> bean.setLazyInit(true))
			.run((context) -> assertThatExceptionOfType(BeanCreationException.class)
				.isThrownBy(() -> context.getBean("activator"))
				.withRootCauseInstanceOf(UnguardableMethodException.class));
	}

	@Test
	void taskThatAConfigurerRegisters() {
		AtomicBoolean run = new AtomicBoolean();
		SchedulingConfigurer configurer = (registrar) -> {
			registrar.addFixedDelayTask(() -> run.set(true), Duration.ofHours(1));
			registrar.addFixedDelayTask(new Refunds()::refundAll, Duration.ofHours(1));
		};
		assertKept(
				this.contextRunner.withUserConfiguration(Scheduling.class)
					.withBean("configurer", SchedulingConfigurer.class, () -> configurer),
				"A task of a SchedulingConfigurer");
		assertThat(run).isFalse();
	}

	@Test
	void taskOfTheLastConfigurer() {
		LastConfigurer.run.set(false);
		assertKept(
				this.contextRunner.withUserConfiguration(Scheduling.class)
					.withInitializer((context) -> context.addBeanFactoryPostProcessor(
							(factory) -> factory.registerSingleton("last", new LastConfigurer()))),
				"A task of a SchedulingConfigurer");
		assertThat(LastConfigurer.run).isFalse();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void functionThatTheClassOfAnObjectCreates(boolean reference) {
		assertRefused(this.contextRunner.withBean("refund", Function.class, () -> OwnFunctions.create(reference)),
				"Bean 'refund'", OwnFunctions.class.getName(), "past the proxy");
	}

	@Test
	void objectThatAHandlerMethodOfMessagesKeeps() {
		Object method = keeping(keeper("messaging.handler.invocation", "KeptMethod"), new Refunds());
		Object adapter = keeping(keeper("jms.listener.adapter", "KeptAdapter"), method);
		assertKept(this.contextRunner.withBean("adapter", Object.class, () -> adapter), "Bean 'adapter'");
	}

	@ParameterizedTest
	@ValueSource(classes = { OfKey.class, OfTask.class, OfLambda.class, OfAnonymousAdapter.class, OfBean.class })
	void objectOfABeanOrOfTheConfigurationIsAccepted(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(Scheduling.class, configuration)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "OfPrototype, refund", "OfTarget, registry", "OfFunction, refund" })
	void objectThatABeanMethodLetsAnotherKeepFailsStart(String configuration, String bean) throws Exception {
		assertKept(this.contextRunner.withUserConfiguration(Class.forName(getClass().getName() + "$" + configuration)),
				"Bean '" + bean + "'");
	}

	private static void assertKept(ApplicationContextRunner runner, String keeper) {
		assertRefused(runner, keeper, Refunds.class.getName(), "past the proxy");
	}

	@ParameterizedTest
	@ValueSource(strings = { "web.servlet.function", "web.reactive.function.server", "web.socket.handler" })
	void guardedObjectInRouteFailsStart(String library) {
		Class<?> route = keeper(library, "Route");
		assertKept(this.contextRunner.withBean("route", Object.class, () -> keeping(route, new Refunds())),
				"Bean 'route'");
	}

	@ParameterizedTest
	@ValueSource(classes = { OfCall.class, OfReference.class, OfInheritedCall.class })
	void lambdaThatCallsGuardedMethodOfConfigurationFailsStart(Class<?> configuration) {
		assertRefused(this.contextRunner.withUserConfiguration(configuration), configuration.getName());
	}

	@Test
	void guardedObjectInSubclassOfAdapterFailsStart() {
		assertKept(this.contextRunner.withBean("adapter", Object.class, () -> new OwnAdapter(new Refunds())),
				"Bean 'adapter'");
	}

	@Test
	void guardedObjectInProxyOfAdapterFailsStart() {
		assertKept(this.contextRunner.withBean("adapter", Object.class,
				() -> new ProxyFactory(keeping(new Refunds())).getProxy()), "Bean 'adapter'");
	}

	@Test
	void guardedObjectInUnknownClassIsIgnored() {
		this.contextRunner.withBean("adapter", Object.class, () -> keeping(keeper("web", "Adapter"), new Refunds()))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void guardedConfigurationInFlowFailsStart() {
		assertRefused(this.contextRunner.withUserConfiguration(RefundFlows.class), "Bean 'activator'",
				RefundFlows.class.getName());
	}

	static class Refunds {

		@RequiresAirlockApproval
		public String refund(String order) {
			return order;
		}

		@RequiresAirlockApproval
		public void refundAll() {
		}

	}

	@Configuration
	@EnableScheduling
	static class Scheduling {

	}

	@Configuration
	static class OfTask {

		@Bean
		Refunds refunds() {
			return new Refunds();
		}

		@Bean
		SchedulingConfigurer tasks(Refunds refunds) {
			return (registrar) -> registrar.addCronTask(refunds::refundAll, "0 0 0 1 1 *");
		}

	}

	@Configuration
	static class RefundFlows extends Refunds {

		@Bean
		Object activator() {
			return keeping(this);
		}

	}

	static class LastConfigurer implements SchedulingConfigurer {

		static final AtomicBoolean run = new AtomicBoolean();

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			registrar.addFixedDelayTask(() -> run.set(true), Duration.ofHours(1));
			registrar.addFixedDelayTask(new Refunds()::refundAll, Duration.ofHours(1));
		}

	}

	static class OwnFunctions {

		static Function<String, String> create(boolean reference) {
			OwnFunctions functions = new OwnFunctions();
			return reference ? functions::refund : (order) -> functions.refund(order);
		}

		@RequiresAirlockApproval
		public String refund(String order) {
			return order;
		}

	}

	@Configuration
	static class OfPrototype {

		@Bean
		@Scope("prototype")
		Function<String, String> refund() {
			return new Refunds()::refund;
		}

		@Bean
		Object user(Function<String, String> refund) {
			return Map.entry("refund", refund);
		}

	}

	/**
	 * Its registry keeps the guarded bean for one listener, and its target for another.
	 */
	@Configuration
	static class OfTarget {

		@Bean
		Refunds refunds() {
			return new Refunds();
		}

		@Bean
		Object registry(Refunds refunds) {
			Object target = AopProxyUtils.getSingletonTarget(refunds);
			assertThat(target).isNotNull();
			return keeping(List.of(keeping(refunds), keeping(target)));
		}

	}

	/**
	 * Spring finds the tasks of a bean by its target.
	 */
	@Configuration
	static class OfKey {

		@Bean
		Refunds refunds() {
			return new Refunds();
		}

		@Bean
		Object processor(Refunds refunds) {
			Object target = AopProxyUtils.getSingletonTarget(refunds);
			assertThat(target).isNotNull();
			return keeping(Map.of(target, List.of(refunds)));
		}

	}

	@Configuration
	static class OfFunction {

		@Bean
		Function<String, String> refund() {
			return new Refunds()::refund;
		}

	}

	/**
	 * Its function calls a method that is not guarded.
	 */
	@Configuration
	static class OfLambda extends Refunds {

		@Bean
		Object activator() {
			return keeping(function());
		}

		@Bean
		Function<String, String> function() {
			return (order) -> toString() + order;
		}

	}

	@Configuration
	static class OfCall extends Refunds {

		@Bean
		Function<String, String> function() {
			return (order) -> refund(order);
		}

	}

	@Configuration
	static class OfReference extends Refunds {

		@Bean
		Function<String, String> function() {
			return this::refund;
		}

	}

	@Configuration
	static class OfInheritedCall extends OfCall {

	}

	static class OwnAdapter extends MethodInvokingRunnable {

		OwnAdapter(Object target) {
			setTargetObject(target);
			setTargetMethod("toString");
		}

	}

	/**
	 * Its adapter refers to the configuration, as an anonymous class does.
	 */
	@Configuration
	static class OfAnonymousAdapter extends Refunds {

		@Bean
		Object adapter() {
			return new OwnAdapter("") {

				@Override
				public String toString() {
					return OfAnonymousAdapter.this.toString();
				}

			};
		}

	}

	@Configuration
	static class OfBean {

		@Bean
		Refunds refunds() {
			return new Refunds();
		}

		@Bean
		Object activator(Refunds refunds) {
			return keeping(List.of(refunds, (Function<String, String>) refunds::refund));
		}

		/**
		 * A polling endpoint keeps the target of its source, too.
		 */
		@Bean
		Object poller(Refunds refunds) {
			Object target = AopProxyUtils.getSingletonTarget(refunds);
			assertThat(target).isNotNull();
			return BeanUtils.instantiateClass(poller.getConstructors()[0], refunds, target);
		}

	}

}
