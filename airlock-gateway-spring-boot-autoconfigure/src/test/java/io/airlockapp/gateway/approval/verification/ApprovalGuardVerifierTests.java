/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.verification.UnguardableBeans.GuardedRunnable;
import io.airlockapp.gateway.approval.verification.UnguardableBeans.Wrapper;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.AbstractFactoryBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.Assert;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ApprovalGuardVerifier}.
 */
class ApprovalGuardVerifierTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@Test
	void lazyBeanWhenUnguardableFailsOnCreation() {
		this.contextRunner
			.withBean(PrivateMethod.class, PrivateMethod::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatException().isThrownBy(() -> context.getBean(PrivateMethod.class))
					.withRootCauseInstanceOf(UnguardableMethodException.class);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { NeedsGuarded.class, NeedsGuardedEvenEarlier.class })
	void beanCreatedForPostProcessorFailsStart(Class<?> configuration) {
		assertRefused(this.contextRunner.withBean(Guarded.class).withUserConfiguration(configuration),
				Guarded.class.getName() + ".refund", "too early");
	}

	@Test
	void beanCreatedForLatePostProcessorIsGuarded() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuardedLate.class)
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(Guarded.class))).isTrue());
	}

	@ParameterizedTest
	@ValueSource(classes = { PrototypeForRegistryPostProcessor.class, ProductForRegistryPostProcessor.class,
			InjectedRegistryPostProcessor.class, OrderedRegistryPostProcessor.class })
	void beanCreatedForRegistryPostProcessorFailsStart(Class<?> configuration) {
		assertRefused(this.contextRunner.withUserConfiguration(configuration), GuardedRunnable.class.getName() + ".run",
				"too early");
	}

	@ParameterizedTest
	@ValueSource(classes = { Caller.class, Runnable.class })
	void beanCreatedForFactoryPostProcessorOfContextFailsStart(Class<?> type) {
		assertRefused(
				this.contextRunner.withUserConfiguration(Prototype.class)
					.withInitializer((context) -> context
						.addBeanFactoryPostProcessor((beanFactory) -> beanFactory.getBeansOfType(type))),
				GuardedRunnable.class.getName() + ".run", "too early");
	}

	@Test
	void objectIsCreatedAfterOneThatCouldNotBeInitialized() {
		this.contextRunner.run((context) -> {
			AutowireCapableBeanFactory beanFactory = context.getAutowireCapableBeanFactory();
			FailingOnce.fails = true;
			assertThatException().isThrownBy(() -> beanFactory.createBean(FailingOnce.class))
				.withRootCauseInstanceOf(IllegalStateException.class);
			FailingOnce.fails = false;
			assertThat(GuardedProxies.hasGuard(beanFactory.createBean(FailingOnce.class))).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { GuardedListener.class, FinalListener.class, ListenerInACircle.class,
			ListenerWithoutADependency.class })
	void objectCreatedByLibraryFromClassFailsStart(Class<?> listener) {
		assertRefused(this.contextRunner.withBean(Library.class, listener), listener.getName(),
				"its objects are made by their class");
	}

	@Test
	void objectThatALibraryCreatesItselfBesideABeanOfItsClass() {
		assertRefused(
				this.contextRunner.withBean(Library.class, ListenerInACircle.class)
					.withBean(ListenerInACircle.class.getName(), ListenerInACircle.class),
				ListenerInACircle.class.getName(), "its objects are made by their class");
	}

	@Test
	void objectWithoutAGuardedMethodMayBeCreatedByALibraryItself() {
		this.contextRunner.withBean(Library.class, UnguardedListenerInACircle.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void productIsCreatedAfterOneThatCouldNotBeInitialized() {
		AtomicBoolean fails = new AtomicBoolean();
		this.contextRunner.withBean("product", PrototypeFactory.class)
			.withBean(FailingPostProcessor.class, () -> new FailingPostProcessor(fails))
			.run((context) -> {
				fails.set(true);
				assertThatException().isThrownBy(() -> context.getBean("product"))
					.withRootCauseInstanceOf(IllegalStateException.class);
				fails.set(false);
				assertThat(GuardedProxies.hasGuard(context.getBean("product"))).isTrue();
			});
	}

	@Test
	void productCreatedBeforeGuardFailsStart() {
		assertRefused(this.contextRunner.withBean("product", Product.class)
			.withInitializer((context) -> context.addBeanFactoryPostProcessor(
					(BeanDefinitionRegistryPostProcessor) (registry) -> context.getBeanFactory().getBean("product"))),
				GuardedRunnable.class.getName() + ".run", "'product'", "too early");
	}

	@Test
	void productNeededByPostProcessorInCircleFailsStart() {
		assertRefused(this.contextRunner.withUserConfiguration(CircleOfProduct.class), "Bean 'product'",
				"bean 'caller'", "circle");
	}

	@Test
	void productNeededByItsFactoryInCircleFailsStart() {
		assertRefused(this.contextRunner.withAllowCircularReferences(true)
			.withBean(EarlyProduct.class)
			.withBean(NeedsProduct.class), GuardedRunnable.class.getName() + ".run", "circle");
	}

	@Test
	void productThatABeanForItsFactoryNeedsAfterwardsIsGuarded() {
		this.contextRunner.withAllowCircularReferences(true)
			.withBean(NeedsProduct.class)
			.withBean(EarlyProduct.class)
			.run((context) -> assertThat(GuardedProxies.hasGuard(context.getBean(NeedsProduct.class).product))
				.isTrue());
	}

	@ParameterizedTest
	@ValueSource(classes = { Generated$$Looking.class, Generated$$Inheriting.class, Generated$$Below.class,
			BelowAGeneratedOne.class })
	void classNamedLikeGeneratedOneFailsStart(Class<? extends Account> type) {
		ApplicationContextRunner[] runners = { this.contextRunner.withBean(type),
				this.contextRunner.withBean("account", Account.class, () -> BeanUtils.instantiateClass(type)) };
		for (ApplicationContextRunner runner : runners) {
			assertRefused(runner, type.getName(), "rename");
		}
		assertThat(GuardedProxies.findUnguarded(BeanUtils.instantiateClass(type))).isNotNull();
	}

	@Test
	void productThatABeanForItsPostProcessorNeedsLazilyIsGuarded() {
		this.contextRunner.withUserConfiguration(LazyCircleOfProduct.class)
			.run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(context.getBean(Caller.class).runnable()::run));
	}

	@Test
	void beanCreatedEarlyWithoutGuardedMethodIsAccepted() {
		this.contextRunner.withBean("text", String.class, () -> "text")
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor((beanFactory) -> beanFactory.getBean("text")))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void singletonCreatedBeforeContextFailsStart() {
		assertRefused(
				this.contextRunner
					.withInitializer((context) -> context.getBeanFactory().registerSingleton("early", new Guarded())),
				Guarded.class.getName() + ".refund", "'early'");
	}

	@ParameterizedTest
	@ValueSource(classes = { WrappingBeforeInitialization.class, ExchangingBeforeInitialization.class })
	void objectOfBeanMethodWhenWrappedBeforeInitializationFailsStart(Class<?> postProcessor) {
		assertRefused(
				this.contextRunner.withUserConfiguration(RunnableConfiguration.class)
					.withBean("wrapping", postProcessor),
				"Bean 'runnable'", "wraps the object, a " + GuardedRunnable.class.getName());
	}

	static class PrototypeFactory implements FactoryBean<Guarded> {

		@Override
		public Guarded getObject() {
			return new Guarded();
		}

		@Override
		public Class<?> getObjectType() {
			return Guarded.class;
		}

		@Override
		public boolean isSingleton() {
			return false;
		}

	}

	record FailingPostProcessor(AtomicBoolean fails) implements BeanPostProcessor, PriorityOrdered {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			Assert.state(!this.fails.get() || !(bean instanceof Guarded), "fails");
			return bean;
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

	/**
	 * Creates an object itself if Spring cannot, as Spring's container does for
	 * Hibernate.
	 */
	static class Library implements BeanFactoryAware {

		private final Class<?> type;

		private Object listener;

		Library(Class<?> type) {
			this.type = type;
		}

		@Override
		public void setBeanFactory(BeanFactory beanFactory) {
			try {
				this.listener = ((AutowireCapableBeanFactory) beanFactory).createBean(this.type);
			}
			catch (BeansException ex) {
				this.listener = BeanUtils.instantiateClass(this.type);
			}
		}

	}

	static class GuardedListener {

		@RequiresAirlockApproval
		public void check() {
		}

	}

	static final class FinalListener {

		@RequiresAirlockApproval
		public void check() {
		}

	}

	static class UnguardedListenerInACircle {

		@Autowired
		private Library library;

	}

	static class ListenerInACircle extends UnguardedListenerInACircle {

		@RequiresAirlockApproval
		public void check() {
		}

	}

	static class ListenerWithoutADependency {

		@Autowired
		private FailingOnce missing;

		@RequiresAirlockApproval
		public void check() {
		}

	}

	static class FailingOnce implements InitializingBean {

		private static boolean fails;

		@Override
		public void afterPropertiesSet() {
			Assert.state(!fails, "fails");
		}

		@RequiresAirlockApproval
		void refund() {
		}

	}

	static class Guarded {

		@RequiresAirlockApproval
		void refund() {
			throw new IllegalStateException("Must not run");
		}

	}

	static class Account {

		public void close() {
		}

	}

	static class Generated$$Looking extends Account {

		@Override
		@RequiresAirlockApproval
		public void close() {
		}

	}

	@RequiresAirlockApproval
	interface GuardedAccount {

		void close();

	}

	static class Generated$$Inheriting extends Account implements GuardedAccount {

	}

	static class Generated$$Below extends Generated$$Inheriting {

	}

	static class BelowAGeneratedOne extends Generated$$Looking {

	}

	static class EarlyProduct extends AbstractFactoryBean<Runnable> {

		@Autowired
		private NeedsProduct needsProduct;

		@Override
		public Class<?> getObjectType() {
			return Runnable.class;
		}

		@Override
		protected Runnable createInstance() {
			return new GuardedRunnable();
		}

	}

	static class NeedsProduct {

		@Autowired
		private Runnable product;

	}

	static class PrivateMethod {

		@RequiresAirlockApproval
		private void refund() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsGuarded {

		@Bean
		static EarlyPostProcessor needsGuardedPostProcessor(Guarded guarded) {
			return new EarlyPostProcessor();
		}

	}

	static class EarlyPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsGuardedLate {

		@Bean
		static BeanPostProcessor needsGuardedPostProcessor(Guarded guarded) {
			return new BeanPostProcessor() {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsGuardedEvenEarlier {

		@Bean
		static BeanFactoryPostProcessor needsGuardedFactoryPostProcessor(Guarded guarded) {
			return (beanFactory) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RunnableConfiguration {

		@Bean
		Runnable runnable() {
			return new GuardedRunnable();
		}

	}

	private static BeanDefinitionRegistryPostProcessor making(Class<?> type) {
		return new BeanDefinitionRegistryPostProcessor() {

			@Override
			public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
			}

			@Override
			public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
				beanFactory.getBeansOfType(type);
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	static class Prototype {

		@Bean
		Caller caller(Runnable runnable) {
			return new Caller(runnable);
		}

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Runnable runnable() {
			return new GuardedRunnable();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeForRegistryPostProcessor extends Prototype {

		@Bean
		static BeanDefinitionRegistryPostProcessor needsCaller() {
			return making(Caller.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProductForRegistryPostProcessor {

		@Bean
		static BeanDefinitionRegistryPostProcessor needsProduct() {
			return making(Runnable.class);
		}

		@Bean
		Product product() {
			return new Product();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InjectedRegistryPostProcessor {

		@Bean
		static BeanDefinitionRegistryPostProcessor needsCaller(Caller caller) {
			return making(String.class);
		}

		@Bean
		static Caller caller(Runnable runnable) {
			return new Caller(runnable);
		}

		@Bean
		static Product product() {
			return new Product();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OrderedRegistryPostProcessor {

		@Bean
		static First needsProduct(Runnable runnable) {
			return new First(runnable);
		}

		@Bean
		static Product product() {
			return new Product();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CircleOfProduct {

		@Bean
		static BeanPostProcessor needsCaller(ObjectProvider<Caller> caller) {
			return making(caller);
		}

		@Bean
		Product product() {
			return new Product();
		}

		@Bean
		Object first(Runnable runnable) {
			return List.of(runnable);
		}

		@Bean
		Caller caller(Runnable runnable) {
			return new Caller(runnable);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyCircleOfProduct {

		@Bean
		static BeanPostProcessor needsCaller(ObjectProvider<Caller> caller) {
			return making(caller);
		}

		@Bean
		Product product() {
			return new Product();
		}

		@Bean
		Object first(Runnable runnable) {
			return List.of(runnable);
		}

		@Bean
		Caller caller(@Lazy Runnable runnable) {
			return new Caller(runnable);
		}

	}

	private static BeanPostProcessor making(ObjectProvider<Caller> caller) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				if (bean instanceof Runnable) {
					caller.getObject();
				}
				return bean;
			}

		};
	}

	record Caller(Runnable runnable) {
	}

	record First(Runnable runnable) implements BeanDefinitionRegistryPostProcessor, PriorityOrdered {

		@Override
		public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

	static class Product implements FactoryBean<Runnable> {

		@Override
		public Runnable getObject() {
			return new GuardedRunnable();
		}

		@Override
		public Class<?> getObjectType() {
			return Runnable.class;
		}

	}

	static class WrappingBeforeInitialization implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			return (bean instanceof GuardedRunnable runnable) ? new Wrapper(runnable) : bean;
		}

	}

	static class ExchangingBeforeInitialization implements BeanPostProcessor {

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			return (bean instanceof GuardedRunnable) ? new GuardedRunnable() : bean;
		}

	}

}
