/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.AsyncAnnotationBeanPostProcessor;
import org.springframework.test.util.AopTestUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the guard in random applications: with any definition of a bean, changed by
 * any post-processors, and called by anyone at any time. Such an application is refused,
 * or asks for an approval of each call.
 */
class RandomApplicationsTests {

	private static boolean approved;

	private static int asked;

	private static int unasked;

	private final Random random = new Random(Long.getLong("test.seed", 20261130L));

	@Test
	void guardedMethodsOfRandomApplicationsNeverRunWithoutApproval() {
		int applications = Integer.getInteger("test.applications", 60);
		Map<Object, Integer> outcomes = new HashMap<>();
		List<Application> holes = Stream.generate(this::application)
			.filter((application) -> !application.isUndetected())
			.limit(applications)
			.filter((application) -> application.runsUnasked(outcomes))
			.toList();
		assertThat(holes).as("applications that ran a guarded method unasked").isEmpty();
		assertThat(outcomes.get("started")).as("%s", outcomes).isGreaterThan(applications / 4);
		assertThat(outcomes.get(UnguardableMethodException.class)).as("%s", outcomes).isGreaterThan(applications / 8);
		assertThat(asked).as("approvals").isGreaterThan(applications / 4);
	}

	private Application application() {
		Stream<Change> changes = Stream.generate(() -> new Change(any(Kind.values()), this.random.nextBoolean(),
				any(Ordered.HIGHEST_PRECEDENCE, Ordered.LOWEST_PRECEDENCE)));
		return new Application(any(Definition.values()), any("singleton", "singleton", "prototype"),
				changes.limit(this.random.nextInt(3)).distinct().toList(),
				any(Object.class, AopAutoConfiguration.class, AopAutoConfiguration.class,
						DefaultAdvisorAutoProxyCreator.class, Async.class),
				this.random.nextBoolean(), any(Caller.values()), any(Time.values()), this.random.nextInt(4) == 0);
	}

	@SafeVarargs
	private <T> T any(T... values) {
		return values[this.random.nextInt(values.length)];
	}

	private static void call(Supplier<?> bean) {
		try {
			if (bean.get() instanceof Refunder refunder) {
				approved = false;
				refunder.refund("ann");
			}
		}
		catch (RuntimeException ex) {
			// Not created or not called
		}
	}

	private record Application(Definition definition, String scope, List<Change> changes, Class<?> advice,
			boolean classBased, Caller caller, Time time, boolean lazy) {

		/**
		 * Return whether the method can run unasked (docs/proxies.md).
		 */
		boolean isUndetected() {
			// An object registered by hand is verified when all post-processors exist
			if (this.definition == Definition.SINGLETON && this.time.compareTo(Time.INIT) < 0) {
				return true;
			}
			// An object in place of its proxy is detected after all post-processors,
			// unless one of them hides it, or itself needs it before all of them exist
			List<Kind> after = this.changes.stream().filter((change) -> !change.before).map(Change::kind).toList();
			return (after.contains(Kind.REPLACE) || after.contains(Kind.UNWRAP))
					&& (after.contains(Kind.WRAP) || this.time == Time.POST_PROCESSOR);
		}

		boolean runsUnasked(Map<Object, Integer> outcomes) {
			unasked = 0;
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
				.withBean(ApprovalGate.class, () -> (call) -> {
					approved = true;
					asked++;
				})
				.withPropertyValues("spring.aop.proxy-target-class=" + this.classBased)
				.withInitializer((context) -> register((GenericApplicationContext) context))
				.run((context) -> {
					Throwable failure = context.getStartupFailure();
					outcomes.merge((failure == null) ? "started"
							: NestedExceptionUtils.getMostSpecificCause(failure).getClass(), 1, Integer::sum);
					Stream.of("refunds", "original", "scoped").forEach((name) -> call(() -> context.getBean(name)));
				});
			return unasked > 0;
		}

		private void register(GenericApplicationContext context) {
			this.definition.register(context, this.scope);
			this.changes.forEach((change) -> context.registerBean(change.toString(), Change.class, () -> change));
			context.registerBean(this.advice);
			AtomicBoolean called = new AtomicBoolean();
			this.time.register(context, () -> call(() -> called.getAndSet(true) ? null : this.caller.find(context)));
			if (this.lazy) {
				context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			}
		}

	}

	private enum Definition {

		CLASS, METHODS, SUPPLIER, PROXY, DECORATOR, INNER_BEAN, ELEMENT, FACTORY, FACTORY_OF_UNKNOWN, SINGLETON;

		void register(GenericApplicationContext context, String scope) {
			switch (this) {
				case CLASS -> register(context, scope, Refunds.class, null);
				case METHODS -> context.registerBean(Methods.class);
				case SUPPLIER -> register(context, scope, Refunder.class, Refunds::new);
				case PROXY -> register(context, scope, Object.class, () -> new ProxyFactory(new Refunds()).getProxy());
				case DECORATOR -> {
					context.registerBean("original", Refunds.class);
					register(context, scope, Refunder.class, () -> context.getBean("original", Refunder.class)::refund);
				}
				case INNER_BEAN ->
					context.registerBean(Injected.class, (holder) -> holder.getConstructorArgumentValues()
						.addGenericArgumentValue(new RootBeanDefinition(Refunds.class)));
				case ELEMENT -> {
					List<Refunder> list = List.of(new Refunds());
					context.registerBean("list", List.class, () -> list);
					register(context, scope, Refunder.class, () -> list.get(0));
				}
				case FACTORY -> register(context, scope, Factory.class, () -> new Factory(Refunds.class));
				case FACTORY_OF_UNKNOWN -> register(context, scope, Factory.class, () -> new Factory(null));
				case SINGLETON -> context.registerBean("registrar", BeanFactoryPostProcessor.class,
						() -> (factory) -> factory.registerSingleton("refunds", new Refunds()));
			}
		}

		<T> void register(GenericApplicationContext context, String scope, Class<T> type, Supplier<T> supplier) {
			context.registerBean("refunds", type, supplier, (definition) -> definition.setScope(scope));
		}

	}

	private enum Kind {

		WRAP, PROXY, REPLACE, UNWRAP

	}

	private record Change(Kind kind, boolean before, int getOrder) implements BeanPostProcessor, Ordered {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String name) {
			return (this.before && bean instanceof Refunder refunder) ? change(refunder) : bean;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			return (!this.before && bean instanceof Refunder refunder) ? change(refunder) : bean;
		}

		private Object change(Refunder refunder) {
			return switch (this.kind) {
				case WRAP -> (Refunder) refunder::refund;
				case PROXY -> new ProxyFactory(refunder).getProxy();
				case REPLACE -> new Refunds();
				case UNWRAP -> AopTestUtils.getUltimateTargetObject(refunder);
			};
		}

	}

	// As of @EnableAsync, but for guarded methods
	private static class Async extends AsyncAnnotationBeanPostProcessor {

		Async() {
			setAsyncAnnotationType(RequiresAirlockApproval.class);
			setExecutor(Runnable::run);
		}

	}

	private enum Caller {

		NAME, CLASS, INTERFACE, INJECTED, CREATED, INITIALIZED, CHILD, GUARDED_CHILD;

		Object find(GenericApplicationContext context) {
			return switch (this) {
				case NAME -> context.getBean("refunds");
				case CLASS -> context.getBean(Refunds.class);
				case INTERFACE -> context.getBean(Refunder.class);
				case INJECTED -> context.getBeanFactory().createBean(Injected.class);
				case CREATED -> context.getBeanFactory().createBean(Refunds.class);
				case INITIALIZED -> context.getBeanFactory().initializeBean(new Refunds(), "new");
				// Without a guarded bean: a child without the guard is refused too late
				case CHILD -> child(context, Injected.class, Object.class);
				case GUARDED_CHILD -> child(context, Refunds.class, AirlockApprovalAutoConfiguration.class);
			};
		}

		private static Object child(GenericApplicationContext parent, Class<?> bean, Class<?> configuration) {
			AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
			child.setParent(parent);
			child.registerBean("bean", bean);
			child.register(configuration);
			child.refresh();
			return child.getBean("bean");
		}

	}

	private enum Time {

		FIRST, FACTORY, POST_PROCESSOR, CREATION, INIT, SINGLETONS, EVENT, DESTROY;

		void register(GenericApplicationContext context, Runnable call) {
			switch (this) {
				case FIRST -> context.addBeanFactoryPostProcessor((factory) -> call.run());
				case FACTORY -> context.registerBean(BeanFactoryPostProcessor.class, () -> (factory) -> call.run());
				case POST_PROCESSOR -> context.registerBean(BeanPostProcessor.class, () -> {
					call.run();
					return new Change(Kind.UNWRAP, true, 0);
				});
				case CREATION -> context.registerBean(MergedBeanDefinitionPostProcessor.class,
						() -> (definition, type, name) -> call.run());
				case INIT -> context.registerBean(Runnable.class, () -> call, (bean) -> bean.setInitMethodName("run"));
				case SINGLETONS -> context.registerBean(SmartInitializingSingleton.class, () -> call::run);
				case EVENT -> context.addApplicationListener((event) -> call.run());
				case DESTROY -> context.registerBean(DisposableBean.class, () -> call::run);
			}
		}

	}

	public interface Refunder {

		void refund(String name);

	}

	static class Refunds implements Refunder {

		@Override
		@RequiresAirlockApproval
		public void refund(String name) {
			unasked += approved ? 0 : 1;
			approved = false;
		}

	}

	@Configuration
	static class Methods {

		@Bean
		Object refunds() {
			return new Refunds();
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		Refunder scoped() {
			return new Refunds();
		}

	}

	private record Factory(Class<?> getObjectType) implements FactoryBean<Object> {

		@Override
		public Object getObject() {
			return new Refunds();
		}

	}

	private record Injected(@Lazy Refunder refunds) {

		Injected {
			call(() -> refunds);
		}

	}

}
