/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.GuardedChainAdvisor;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import jakarta.annotation.Resource;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.aop.IntroductionInterceptor;
import org.springframework.aop.framework.AbstractAdvisingBeanPostProcessor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.DefaultBeanFactoryPointcutAdvisor;
import org.springframework.aop.support.DefaultIntroductionAdvisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.DelegatePerTargetObjectIntroductionInterceptor;
import org.springframework.aop.support.DelegatingIntroductionInterceptor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.util.LinkedMultiValueMap;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link GuardedProxies}: no object is exposed on which a method that requires
 * approval can be called without the guard.
 */
class GuardedProxiesTests {

	private static final List<String> made = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> made.add("asked"));

	@AfterEach
	void forget() {
		made.clear();
	}

	@ParameterizedTest
	@MethodSource
	void manualProxyThatHidesAnnotationOfClassFailsStart(Supplier<Payouts> proxy) {
		assertRefused(this.contextRunner.withBean(Payouts.class, proxy), "DefaultPayouts.second");
	}

	static Stream<Supplier<Payouts>> manualProxyThatHidesAnnotationOfClassFailsStart() {
		return Stream.of(() -> proxy(new DefaultPayouts()),
				() -> proxy(new DefaultPayouts(), (invocation) -> invocation.proceed()),
				() -> proxy(proxy(new DefaultPayouts())));
	}

	@ParameterizedTest
	@ValueSource(classes = { LazyOwnProxy.class, LazyIntroduction.class })
	void lazyProxyOrIntroductionFailsOnCreation(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasNotFailed();
			Class<?> type = (configuration == LazyOwnProxy.class) ? Payouts.class : Account.class;
			assertThatException().isThrownBy(() -> context.getBean(type))
				.withRootCauseInstanceOf(UnguardableMethodException.class);
		});
	}

	@Test
	void manualProxyThatShowsAllAnnotationsFailsStart() {
		assertRefused(
				this.contextRunner.withBean(HonestPayouts.class,
						() -> (HonestPayouts) new ProxyFactory(new DefaultHonestPayouts()).getProxy()),
				"inside the proxy with the guard is another one");
	}

	@Test
	void manualClassProxyFailsStart() {
		assertRefused(this.contextRunner.withBean(Guarded.class, () -> {
			ProxyFactory factory = new ProxyFactory(new Guarded());
			factory.setProxyTargetClass(true);
			factory.addAdvice((MethodInterceptor) MethodInvocation::proceed);
			return (Guarded) factory.getProxy();
		}), "inside the proxy with the guard is another one");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void proxyOfPostProcessorBeforeGuardFailsStart(boolean locked) {
		assertRefused(withObject(locked).withBean(EarlyAdvice.class), "inside the proxy with the guard is another one");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void resilientMethodsBeforeGuardFailStart(boolean locked) {
		assertRefused(withObject(locked).withUserConfiguration(EarlyRetries.class),
				"inside the proxy with the guard is another one");
	}

	@Test
	void interceptorAddedToClientBeforeGuardFailsStart() {
		ApplicationContextRunner withClient = this.contextRunner.withBean(GuardedClient.class,
				() -> ProxyFactory.getProxy(GuardedClient.class, (MethodInterceptor) (invocation) -> null));
		withClient.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(GuardedProxies.hasGuard(context.getBean(GuardedClient.class))).isTrue();
		});
		assertRefused(withClient.withBean(EarlyAdvice.class),
				"a BeanPostProcessor wraps it before Spring could create a proxy");
	}

	private ApplicationContextRunner withObject(boolean locked) {
		return locked ? this.contextRunner.withBean(Guarded.class)
				: this.contextRunner.withBean(Guarded.class, Guarded::new);
	}

	@ParameterizedTest
	@ValueSource(strings = { BeanDefinition.SCOPE_SINGLETON, BeanDefinition.SCOPE_PROTOTYPE })
	void beanOfASyntheticDefinitionIsGuarded(String scope) {
		this.contextRunner.withInitializer((context) -> {
			RootBeanDefinition definition = new RootBeanDefinition(Guarded.class, Guarded::new);
			definition.setSynthetic(true);
			definition.setScope(scope);
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("synthetic", definition);
		}).run((context) -> {
			assertThat(GuardedProxies.hasGuard(context.getBean("synthetic"))).isTrue();
			assertThat(GuardedProxies.findUnguarded(context.getBean("synthetic"))).isNull();
		});
	}

	@Test
	void productOfASyntheticFactoryIsGuarded() {
		this.contextRunner.withInitializer((context) -> {
			RootBeanDefinition definition = new RootBeanDefinition(Factory.class);
			definition.setSynthetic(true);
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("synthetic", definition);
		}).run((context) -> assertThat(GuardedProxies.hasGuard(context.getBean("synthetic"))).isTrue());
	}

	@Test
	void singletonRegisteredManuallyFailsStart() {
		assertRefused(
				this.contextRunner.withBean(BeanFactoryPostProcessor.class,
						() -> (beanFactory) -> beanFactory.registerSingleton("registered", new Guarded())),
				"Guarded.refund of bean 'registered'");
	}

	@Test
	void singletonRegisteredManuallyIsNotCalledDuringStart() {
		AtomicBoolean called = new AtomicBoolean();
		assertRefused(this.contextRunner
			.withBean(BeanFactoryPostProcessor.class,
					() -> (beanFactory) -> beanFactory.registerSingleton("registered",
							(GuardedTask) () -> called.set(true)))
			.withBean(CallerAtStart.class), "GuardedTask.start of bean 'registered'");
		assertThat(called).isFalse();
	}

	@Test
	void mockRegisteredManuallyIsReturned() {
		Guarded mock = Mockito.mock(Guarded.class);
		this.contextRunner
			.withBean(BeanFactoryPostProcessor.class,
					() -> (beanFactory) -> beanFactory.registerSingleton("registered", mock))
			.run((context) -> assertThat(context.getBean(Guarded.class)).isSameAs(mock));
		this.contextRunner.withInitializer((context) -> context.getBeanFactory().registerSingleton("registered", mock))
			.run((context) -> assertThat(context.getBean(Guarded.class)).isSameAs(mock));
	}

	@Test
	void verificationDoesNotCreateLazyBeans() {
		this.contextRunner.withBean(Guarded.class, Guarded::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(made).isEmpty();
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Introduction.class, IntroductionToAGuardedBean.class })
	void guardedMethodOfIntroducedInterfaceFailsStart(Class<?> configuration) {
		assertRefused(this.contextRunner.withUserConfiguration(configuration), "Freezing.freeze");
	}

	/**
	 * The introduced interface has no annotation, and the object is no bean.
	 */
	@Test
	void guardedDelegateOfIntroductionFailsStart() {
		assertRefused(this.contextRunner.withUserConfiguration(IntroductionOfAGuardedObject.class), "GuardedDelegate");
	}

	/**
	 * This is the introduction of {@code @DeclareParents}.
	 */
	@Test
	void introductionOfAClassIsReplacedByOneThatDelegatesToABean() {
		DefaultIntroductionAdvisor advisor = advisorOfAccounts(
				new DelegatePerTargetObjectIntroductionInterceptor(GuardedDelegate.class, Delegate.class));
		this.contextRunner.withBean(Account.class, Account::new)
			.withBean(DefaultIntroductionAdvisor.class, () -> advisor,
					(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.asInstanceOf(InstanceOfAssertFactories.type(UnguardableMethodException.class))
				.extracting(UnguardableMethodException::getRemedy, InstanceOfAssertFactories.STRING)
				.contains("In place of @DeclareParents, define"));
		this.contextRunner.withUserConfiguration(IntroductionOfAGuardedBean.class).run((context) -> {
			((Delegate) context.getBean(Account.class)).refund();
			assertThat(made).containsExactly("asked", "refunded");
		});
	}

	@Test
	void guardedDelegateOfIntroductionWithShadowingFieldFailsStart() {
		DelegatingIntroductionInterceptor introduction = new DelegatingIntroductionInterceptor(new GuardedDelegate()) {

			@SuppressWarnings("unused")
			private final @Nullable Object delegate = null;

		};
		assertRefused(this.contextRunner.withBean(Account.class, Account::new)
			.withBean(DefaultIntroductionAdvisor.class, () -> advisorOfAccounts(introduction),
					(definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)),
				"GuardedDelegate");
	}

	/**
	 * Spring creates it at the first call, when the bean exists.
	 */
	@Test
	void adviceThatNeedsBeanIsCreatedAfterIt() {
		this.contextRunner.withUserConfiguration(AdviceOfABeanThatItNeeds.class)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static DefaultIntroductionAdvisor advisorOfAccounts(IntroductionInterceptor introduction) {
		return new DefaultIntroductionAdvisor(introduction, Delegate.class) {

			@Override
			public boolean matches(Class<?> type) {
				return type == Account.class;
			}

		};
	}

	@Test
	void opaqueProxyFailsStart() {
		assertRefused(this.contextRunner.withBean(BeanFactoryPostProcessor.class, () -> (beanFactory) -> {
			ProxyFactory factory = new ProxyFactory(new Guarded());
			factory.setProxyTargetClass(true);
			factory.setOpaque(true);
			beanFactory.registerSingleton("opaque", factory.getProxy());
		}), "Guarded.refund");
	}

	@Test
	void opaqueProxyOfInterfaceFailsStart() {
		assertRefused(this.contextRunner.withBean(Door.class, () -> {
			ProxyFactory factory = new ProxyFactory(new GuardedDoor());
			factory.setOpaque(true);
			return (Door) factory.getProxy();
		}), "Door.open of bean");
	}

	@Test
	void interceptorAddedLastInFrontOfGuardFailsStart() {
		assertRefused(this.contextRunner.withBean(Guarded.class, Guarded::new)
			.withUserConfiguration(InterceptorInFront.class), "instead of the guard's outermost advisor");
	}

	@Test
	void interceptorAddedByOrderedPostProcessorStaysBehindGuard() {
		this.contextRunner.withBean(Guarded.class, Guarded::new).withBean(OrderedPostProcessor.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(((Advised) context.getBean(Guarded.class)).getAdvisors()).hasSize(3)
				.extracting((advisor) -> (Object) advisor.getClass())
				.containsExactly(GuardedChainAdvisor.class, DefaultPointcutAdvisor.class, ApprovalAdvisor.class);
		});
	}

	@Test
	void guardedProxyHiddenByPostProcessorRequestsApproval() {
		AtomicInteger asked = new AtomicInteger();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withBean(ApprovalGate.class, () -> (call) -> asked.incrementAndGet())
			.withBean(Door.class, GuardedDoor::new)
			.withBean(BeanPostProcessor.class, () -> exchanging(Door.class, (door) -> door::open))
			.run((context) -> {
				context.getBean(Door.class).open();
				assertThat(asked).hasValue(1);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Unwrapping.class, LateUnwrapping.class })
	void lazyBeanWhenUnwrappedByPostProcessorFailsOnCreation(Class<?> configuration) {
		this.contextRunner.withBean(Guarded.class, Guarded::new, (definition) -> definition.setLazyInit(true))
			.withConfiguration(AutoConfigurations.of(configuration))
			.run((context) -> assertThatException().isThrownBy(() -> context.getBean(Guarded.class))
				.withRootCauseInstanceOf(UnguardableMethodException.class));
	}

	@Test
	void proxiesOfTwoAutoProxyCreatorsFailStart() {
		this.contextRunner.withBean(Guarded.class)
			.withBean("another", DefaultAdvisorAutoProxyCreator.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("twice for each call", "another", "internalAutoProxyCreator"));
	}

	@ParameterizedTest
	@ValueSource(classes = { Alias.class, ProxyOfABean.class, FactoryOfAProxyOfABean.class })
	void guardedBeanWithSecondNameFailsStart(Class<?> configuration) {
		this.contextRunner.withBean("raw", Guarded.class)
			.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("Bean 'second'", "twice for each call", "it is the guarded bean 'raw'")
				.extracting((failure) -> ((UnguardableMethodException) failure).getRemedy(),
						InstanceOfAssertFactories.STRING)
				.contains("@Bean({\"raw\", \"second\"})"));
	}

	@ParameterizedTest
	@MethodSource("containers")
	void containerOfGuardedObjectsFailsStart(Object container) {
		assertContainerIsRefused(this.contextRunner.withBean("container", Object.class, () -> container));
	}

	static Stream<Named<Object>> containers() {
		return Stream.of(Named.of("list", List.of("other", new Guarded())),
				Named.of("map", Map.of("one", new Guarded())), Named.of("keys", Map.of(new Guarded(), "one")),
				Named.of("array", new Guarded[] { new Guarded() }),
				Named.of("list of lists", List.of(List.of(), List.of(new Guarded()))),
				Named.of("entry", Map.entry("a", new Guarded())),
				Named.of("list of Guava", ImmutableList.of(new Guarded(), "other")),
				Named.of("map of Guava", ImmutableMap.of("one", new Guarded())),
				Named.of("map of Spring", new LinkedMultiValueMap<>(Map.of("one", List.of(new Guarded())))),
				Named.of("anonymous class", new HashMap<>(Map.of("one", new Guarded())) {
				}));
	}

	@ParameterizedTest
	@ValueSource(classes = { OptionalObject.class, ListThatIsFilledLater.class })
	void containerOfBeanMethodFailsStart(Class<?> configuration) {
		assertContainerIsRefused(this.contextRunner.withUserConfiguration(configuration));
	}

	@Test
	void containerRegisteredManuallyFailsStart() {
		assertContainerIsRefused(this.contextRunner.withInitializer(
				(context) -> context.getBeanFactory().registerSingleton("container", List.of(new Guarded()))));
		assertContainerIsRefused(this.contextRunner.withBean(BeanFactoryPostProcessor.class,
				() -> (beanFactory) -> beanFactory.registerSingleton("container", List.of(new Guarded()))));
	}

	private static void assertContainerIsRefused(ApplicationContextRunner runner) {
		assertRefused(runner,
				"Bean 'container' contains an object that requires approval by " + Guarded.class.getName());
	}

	@Test
	void containerThatContainsItselfAndRepeatedElementsIsAccepted() {
		Object[] container = new Object[2];
		container[0] = container;
		for (int i = 0; i < 64; i++) {
			container = new Object[] { container, container };
		}
		Object[] bean = container;
		this.contextRunner.withBean("container", Object[].class, () -> bean)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { ContainerOfBeans.class, ContainerOfLazyBeans.class })
	void containerOfGuardedBeansIsAccepted(Class<?> configuration) {
		this.contextRunner.withBean("raw", Guarded.class)
			.withUserConfiguration(configuration)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void beanWhenUnwrappedByPostProcessorFailsStart() {
		assertRefused(this.contextRunner.withBean(Guarded.class).withUserConfiguration(Unwrapping.class),
				"Guarded.refund");
	}

	private static Payouts proxy(Payouts target, MethodInterceptor... advice) {
		ProxyFactory factory = new ProxyFactory(target);
		List.of(advice).forEach(factory::addAdvice);
		return (Payouts) factory.getProxy();
	}

	private static <T> T introduce(T target) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new DefaultIntroductionAdvisor(new FreezingMixin(), Freezing.class));
		@SuppressWarnings("unchecked")
		T proxy = (T) factory.getProxy();
		return proxy;
	}

	private static <T> BeanPostProcessor exchanging(Class<T> type, UnaryOperator<T> exchange) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return type.isInstance(bean) ? exchange.apply(type.cast(bean)) : bean;
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	static class Alias {

		@Bean
		Object second(Guarded raw) {
			return raw;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxyOfABean {

		@Bean
		Object second(Guarded raw) {
			return new ProxyFactory(raw).getProxy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryOfAProxyOfABean {

		@Bean
		ProxyFactoryBean second(Guarded raw) {
			ProxyFactoryBean factory = new ProxyFactoryBean();
			factory.setTarget(raw);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OptionalObject {

		@Bean
		Optional<Guarded> container() {
			return Optional.of(new Guarded());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListThatIsFilledLater {

		@Bean
		List<Guarded> container() {
			return new ArrayList<>();
		}

		@Bean
		String filler(@Qualifier("container") List<Guarded> container) {
			container.add(new Guarded());
			return "filled";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ContainerOfLazyBeans {

		@Lazy
		@Resource
		private @Nullable Guarded raw;

		@Bean
		List<Object> container(@Lazy Guarded lazy) {
			return Arrays.asList(lazy, this.raw);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ContainerOfBeans {

		@Bean
		List<Object> container(Guarded raw) {
			return Arrays.asList(raw, null, Arrays.asList(raw, null));
		}

	}

	interface Payouts {

		@RequiresAirlockApproval
		void first();

		void second();

	}

	static class DefaultPayouts implements Payouts {

		@Override
		public void first() {
		}

		@Override
		@RequiresAirlockApproval
		public void second() {
		}

	}

	interface HonestPayouts {

		@RequiresAirlockApproval
		void pay();

		void look();

	}

	static class DefaultHonestPayouts implements HonestPayouts {

		@Override
		@RequiresAirlockApproval
		public void pay() {
		}

		@Override
		public void look() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyOwnProxy {

		@Bean
		@Lazy
		Payouts payouts() {
			return proxy(new DefaultPayouts());
		}

	}

	@SuppressWarnings("serial")
	static class EarlyAdvice extends AbstractAdvisingBeanPostProcessor implements PriorityOrdered {

		EarlyAdvice() {
			setOrder(HIGHEST_PRECEDENCE);
			setProxyTargetClass(true);
			this.advisor = new DefaultPointcutAdvisor((MethodInterceptor) MethodInvocation::proceed);
		}

		@Override
		protected boolean isEligible(Class<?> type) {
			return Guarded.class.isAssignableFrom(type) || GuardedClient.class.isAssignableFrom(type);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods(order = Ordered.HIGHEST_PRECEDENCE)
	static class EarlyRetries {

	}

	interface GuardedClient {

		@RequiresAirlockApproval
		void post();

	}

	@FunctionalInterface
	interface GuardedTask {

		@RequiresAirlockApproval
		void start();

	}

	static class CallerAtStart {

		CallerAtStart(GuardedTask task) {
			task.start();
		}

	}

	static class Guarded {

		Guarded() {
			made.add("guarded");
		}

		@Retryable
		@RequiresAirlockApproval
		public void refund() {
		}

	}

	static class Factory implements FactoryBean<Guarded> {

		@Override
		public Guarded getObject() {
			return new Guarded();
		}

		@Override
		public Class<?> getObjectType() {
			return Guarded.class;
		}

	}

	interface Freezing {

		@RequiresAirlockApproval
		void freeze();

	}

	@SuppressWarnings("serial")
	static class FreezingMixin extends DelegatingIntroductionInterceptor implements Freezing {

		@Override
		public void freeze() {
		}

	}

	static class Account {

	}

	interface Door {

		void open();

	}

	static class GuardedDoor implements Door {

		@Override
		@RequiresAirlockApproval
		public void open() {
		}

	}

	static class OrderedPostProcessor implements BeanPostProcessor, Ordered {

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof Guarded && bean instanceof Advised proxy) {
				proxy.addAdvice(0, (MethodInterceptor) MethodInvocation::proceed);
			}
			return bean;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterceptorInFront {

		@Bean
		SmartInitializingSingleton last(Guarded guarded) {
			return () -> ((Advised) guarded).addAdvice(0, (MethodInterceptor) MethodInvocation::proceed);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Introduction {

		@Bean
		static BeanPostProcessor introductionPostProcessor() {
			return exchanging(Account.class, GuardedProxiesTests::introduce);
		}

		@Bean
		Account account() {
			return new Account();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AdviceOfABeanThatItNeeds {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultBeanFactoryPointcutAdvisor advisorOfBoards(BeanFactory beanFactory) {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setClassFilter(Board.class::isAssignableFrom);
			pointcut.setMappedName("*");
			DefaultBeanFactoryPointcutAdvisor advisor = new DefaultBeanFactoryPointcutAdvisor();
			advisor.setPointcut(pointcut);
			advisor.setAdviceBeanName("boardAdvice");
			advisor.setBeanFactory(beanFactory);
			return advisor;
		}

		@Bean
		Board board() {
			return () -> {
			};
		}

		@Bean
		MethodInterceptor boardAdvice(Board board) {
			return MethodInvocation::proceed;
		}

	}

	interface Board {

		void show();

	}

	interface Delegate {

		void refund();

	}

	static class GuardedDelegate implements Delegate {

		@Override
		@RequiresAirlockApproval
		public void refund() {
			made.add("refunded");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IntroductionOfAGuardedBean {

		@Bean
		static GuardedDelegate delegate() {
			return new GuardedDelegate();
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultIntroductionAdvisor introductionAdvisor(Delegate delegate) {
			return advisorOfAccounts(new DelegatingIntroductionInterceptor(delegate));
		}

		@Bean
		Account account() {
			return new Account();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IntroductionOfAGuardedObject {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultIntroductionAdvisor introductionAdvisor() {
			return advisorOfAccounts(new DelegatingIntroductionInterceptor(new GuardedDelegate()));
		}

		@Bean
		Account account() {
			return new Account();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyIntroduction {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static DefaultIntroductionAdvisor introductionAdvisor() {
			return new DefaultIntroductionAdvisor(new FreezingMixin(), Freezing.class) {

				@Override
				public boolean matches(Class<?> type) {
					return type == Account.class;
				}

			};
		}

		@Bean
		@Lazy
		Account account() {
			return new Account();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class IntroductionToAGuardedBean {

		@Bean
		static BeanPostProcessor introductionPostProcessor() {
			return exchanging(Guarded.class, GuardedProxiesTests::introduce);
		}

		@Bean
		Guarded guarded() {
			return new Guarded();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Unwrapping {

		@Bean
		static BeanPostProcessor unwrappingPostProcessor() {
			return exchanging(Guarded.class, (guarded) -> new Guarded());
		}

	}

	@AutoConfiguration(after = AirlockApprovalAutoConfiguration.class)
	static class LateUnwrapping extends Unwrapping {

	}

}
