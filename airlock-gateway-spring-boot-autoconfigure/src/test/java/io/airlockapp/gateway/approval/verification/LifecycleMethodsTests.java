/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.io.Closeable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import jakarta.annotation.Nonnull;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartFactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.test.util.AopTestUtils;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for methods that Spring itself calls on the object, so that no proxy guards them:
 * such an application doesn't start, and the method doesn't run.
 */
class LifecycleMethodsTests {

	private static final List<String> ran = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> {
		});

	@AfterEach
	void forget() {
		ran.clear();
	}

	@ParameterizedTest
	@ValueSource(classes = { AfterConstruction.class, BeforeDestruction.class, AfterProperties.class,
			OnDestruction.class, OnClose.class, OnCloseOfAResource.class, ByAnInterfaceOfItsOwn.class, OnShutdown.class,
			OnCloseOfAnExecutor.class })
	void guardedLifecycleMethodFailsStart(Class<?> type) {
		assertNotRun(this.contextRunner.withBean(type));
	}

	@ParameterizedTest
	@ValueSource(classes = { Plant.class, GuardedPlant.class })
	void guardedLifecycleMethodOfDefinitionFailsStart(Class<?> type) {
		assertNotRun(withDefinition(type, (definition) -> definition.setInitMethodName("shutdown")));
		assertNotRun(withDefinition(type, (definition) -> definition.setDestroyMethodName("shutdown")));
		assertNotRun(withDefinition(type,
				(definition) -> definition.setDestroyMethodName(AbstractBeanDefinition.INFER_METHOD)));
	}

	@ParameterizedTest
	@ValueSource(classes = { ShutdownBesideClose.class, FactoryOfKeys.class })
	void guardedMethodNotCalledBySpringIsAccepted(Class<?> type) {
		this.contextRunner.withBean(type).run((context) -> assertThat(context).hasNotFailed());
		assertThat(ran).isEmpty();
	}

	private ApplicationContextRunner withDefinition(Class<?> type, Consumer<RootBeanDefinition> customizer) {
		return this.contextRunner.withInitializer((context) -> {
			RootBeanDefinition definition = new RootBeanDefinition(type);
			customizer.accept(definition);
			((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("plant", definition);
		});
	}

	@Test
	void guardedLifecycleMethodOfInnerBeanFailsStart() {
		assertNotRun(withInner((definition) -> definition.setInitMethodName("shutdown")));
		assertNotRun(withInner((definition) -> definition.setDestroyMethodName("shutdown")));
	}

	private ApplicationContextRunner withInner(Consumer<RootBeanDefinition> customizer) {
		RootBeanDefinition inner = new RootBeanDefinition(Plant.class, Plant::new);
		customizer.accept(inner);
		return withDefinition(AtomicReference.class,
				(definition) -> definition.getConstructorArgumentValues().addGenericArgumentValue(inner));
	}

	@Test
	void guardedInferredDestroyMethodFailsStart() {
		assertNotRun(this.contextRunner.withUserConfiguration(InferredDestroyMethod.class));
		assertRefused(this.contextRunner.withUserConfiguration(InferredDestroyMethod.class),
				"set 'destroyMethod = \"\"' on the bean's definition");
	}

	@Test
	void remedyFollowsFromWhoCallsTheMethod() {
		this.contextRunner.withBean(AfterConstruction.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("guard what it calls in another bean")
				.hasMessageNotContaining("destroyMethod"));
	}

	@ParameterizedTest
	@ValueSource(classes = { InjectingMethod.class, ValueMethod.class, ResourceMethod.class, NameAware.class,
			ContextAware.class })
	void guardedInjectionMethodFailsStart(Class<?> type) {
		assertNotRun(this.contextRunner.withBean(type));
	}

	@ParameterizedTest
	@ValueSource(classes = { BoundByClass.class, BoundByMethod.class })
	void guardedSetterOfConfigurationPropertyFailsStart(Class<?> configuration) {
		assertNotRun(this.contextRunner.withPropertyValues("desk.limit=7").withUserConfiguration(configuration));
	}

	@ParameterizedTest
	@ValueSource(classes = { GuardedFactory.class, FactoryOfAGuardedType.class, GuardedSmartFactory.class })
	void guardedFactoryBeanMethodFailsStart(Class<?> factory) {
		assertRefused(this.contextRunner.withBean(factory), factory.getName() + ".getObject",
				"annotate the class of the product");
	}

	@Test
	void guardedSetterOfDefinitionFailsStart() {
		assertNotRun(this.contextRunner.withBean(Desk.class, Desk::new,
				(definition) -> definition.getPropertyValues().add("limit", 7)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "self.limit", "limits[EUR]" })
	void guardedSetterInPropertyPathOfDefinitionFailsStart(String path) {
		assertNotRun(this.contextRunner.withBean(PathDesk.class, PathDesk::new,
				(definition) -> definition.getPropertyValues().add(path, 7)));
	}

	@Test
	void injectionMethodOfGuardedTypeIsAccepted() {
		this.contextRunner.withBean(GuardedTypeWithInjection.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { AnnotatedResult.class, NamedLikeAnAccessor.class, OverridingInjection.class,
			NamedLikeACallback.class, OfAnAwareInterface.class })
	void otherMethodsOfAGuardedTypeAreLocked(Class<? extends Reporting> type) {
		this.contextRunner.withPropertyValues("desk.limit=7").withBean(type).run((context) -> {
			Reporting bean = context.getBean(type);
			Reporting target = AopTestUtils.getUltimateTargetObject(bean);
			assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> target.issueReport(1));
			assertThat(ran).isEmpty();
			bean.issueReport(1);
			assertThat(ran).containsExactly("report 1");
		});
	}

	@Test
	void accessorsOfBoundTypesAreNotLocked() {
		this.contextRunner.withPropertyValues("desk.limit=7")
			.withUserConfiguration(GuardedBoundType.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(ran).containsExactly("limit 7");
	}

	@Test
	void setterNotCalledBySpringIsGuarded() {
		this.contextRunner.withBean(Desk.class).run((context) -> {
			context.getBean(Desk.class).setLimit(7);
			assertThat(ran).containsExactly("limit 7");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { ScheduledCircle.class, ListeningCircle.class, CircleWithAPostProcessorOfTheUser.class,
			PlainCircle.class })
	void guardedLifecycleMethodInCircleFailsStart(Class<?> configuration) {
		assertNotRun(this.contextRunner.withAllowCircularReferences(true).withUserConfiguration(configuration));
	}

	@Test
	void methodExcludedAsDestroyMethodIsNotCalled() {
		this.contextRunner.withUserConfiguration(NoDestroyMethod.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(ran).isEmpty();
	}

	@Test
	void lifecycleMethodsOfGuardedTypeRun() {
		this.contextRunner.withBean(GuardedTypeWithLifecycle.class)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(ran).containsExactly("open", "close");
	}

	private static void assertNotRun(ApplicationContextRunner runner) {
		assertRefused(runner);
		assertThat(ran).isEmpty();
	}

	static class AfterConstruction {

		@PostConstruct
		@RequiresAirlockApproval
		void migrate() {
			ran.add("migrate");
		}

	}

	static class BeforeDestruction {

		@PreDestroy
		@RequiresAirlockApproval
		void shred() {
			ran.add("shred");
		}

	}

	static class AfterProperties implements InitializingBean {

		@Override
		@RequiresAirlockApproval
		public void afterPropertiesSet() {
			ran.add("afterPropertiesSet");
		}

	}

	static class OnDestruction implements DisposableBean {

		@Override
		@RequiresAirlockApproval
		public void destroy() {
			ran.add("destroy");
		}

	}

	static class OnClose implements AutoCloseable {

		@Override
		@RequiresAirlockApproval
		public void close() {
			ran.add("close");
		}

	}

	static class OnCloseOfAResource implements Closeable {

		@Override
		@RequiresAirlockApproval
		public void close() {
			ran.add("close");
		}

	}

	static class OnShutdown extends DirectExecutor {

		@Override
		@RequiresAirlockApproval
		public void shutdown() {
			ran.add("shutdown");
		}

	}

	static class OnCloseOfAnExecutor extends DirectExecutor {

		@RequiresAirlockApproval
		public void close() {
			ran.add("close");
		}

	}

	static class ShutdownBesideClose extends DirectExecutor {

		@Override
		@RequiresAirlockApproval
		public void shutdown() {
			ran.add("shutdown");
		}

		public void close() {
		}

	}

	static class FactoryOfKeys implements FactoryBean<String> {

		@Override
		public String getObject() {
			return "";
		}

		@RequiresAirlockApproval
		public String getObject(String name) {
			return name;
		}

		@Override
		public Class<?> getObjectType() {
			return String.class;
		}

	}

	static class DirectExecutor extends AbstractExecutorService {

		@Override
		public void shutdown() {
		}

		@Override
		public List<Runnable> shutdownNow() {
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return true;
		}

		@Override
		public boolean isTerminated() {
			return true;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return true;
		}

		@Override
		public void execute(Runnable task) {
			task.run();
		}

	}

	interface Startable extends InitializingBean {

	}

	static class ByAnInterfaceOfItsOwn implements Startable {

		@Override
		@RequiresAirlockApproval
		public void afterPropertiesSet() {
			ran.add("afterPropertiesSet");
		}

	}

	static class PathDesk {

		private final Map<String, String> limits = new HashMap<>();

		public PathDesk getSelf() {
			return this;
		}

		@RequiresAirlockApproval
		public void setLimit(int limit) {
			ran.add("limit");
		}

		@RequiresAirlockApproval
		public Map<String, String> getLimits() {
			ran.add("limits");
			return this.limits;
		}

	}

	static class Plant {

		@RequiresAirlockApproval
		public void shutdown() {
			ran.add("shutdown");
		}

	}

	@RequiresAirlockApproval
	static class GuardedPlant {

		public void shutdown() {
			ran.add("shutdown");
		}

	}

	@RequiresAirlockApproval
	static class GuardedTypeWithLifecycle implements AutoCloseable {

		@PostConstruct
		public void open() {
			ran.add("open");
		}

		@Override
		public void close() {
			ran.add("close");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InferredDestroyMethod {

		@Bean
		Plant plant() {
			return new Plant();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoDestroyMethod {

		@Bean(destroyMethod = "")
		Plant plant() {
			return new Plant();
		}

	}

	static class GuardedSmartFactory implements SmartFactoryBean<Object> {

		@Override
		public Object getObject() {
			return new Object();
		}

		@Override
		@RequiresAirlockApproval
		public <S> S getObject(Class<S> type) {
			return type.cast(getObject());
		}

		@Override
		public Class<?> getObjectType() {
			return Object.class;
		}

	}

	static class GuardedFactory implements FactoryBean<Object> {

		@Override
		@RequiresAirlockApproval
		public Object getObject() {
			return new Object();
		}

		@Override
		public Class<?> getObjectType() {
			return Object.class;
		}

	}

	@RequiresAirlockApproval
	static class FactoryOfAGuardedType implements FactoryBean<Object> {

		@Override
		public Object getObject() {
			return new Object();
		}

		@Override
		public Class<?> getObjectType() {
			return Object.class;
		}

	}

	static class InjectingMethod {

		@Autowired
		@RequiresAirlockApproval
		void inject(BeanFactory beanFactory) {
			ran.add("injected " + beanFactory);
		}

	}

	static class ValueMethod {

		@Value("7")
		@RequiresAirlockApproval
		void limit(int limit) {
			ran.add("limit " + limit);
		}

	}

	static class ResourceMethod {

		@Resource
		@RequiresAirlockApproval
		public void setBeanFactory(BeanFactory beanFactory) {
			ran.add("injected " + beanFactory);
		}

	}

	static class NameAware implements BeanNameAware {

		@Override
		@RequiresAirlockApproval
		public void setBeanName(String name) {
			ran.add("named " + name);
		}

	}

	static class ContextAware implements ApplicationContextAware {

		@Override
		@RequiresAirlockApproval
		public void setApplicationContext(ApplicationContext context) {
			ran.add("in " + context);
		}

	}

	@RequiresAirlockApproval
	static class GuardedTypeWithInjection {

		@Autowired
		public void inject(BeanFactory beanFactory) {
			ran.add("injected " + beanFactory);
		}

	}

	interface Reporting {

		void issueReport(int number);

	}

	@RequiresAirlockApproval
	static class AnnotatedResult implements Reporting {

		@Nonnull
		@Override
		public void issueReport(int number) {
			ran.add("report " + number);
		}

	}

	@RequiresAirlockApproval
	@ConfigurationProperties("desk")
	static class NamedLikeAnAccessor implements Reporting {

		@Override
		public void issueReport(int number) {
			ran.add("report " + number);
		}

	}

	interface NumberAware extends Aware {

		void issueReport(String number);

	}

	@RequiresAirlockApproval
	static class NamedLikeACallback implements NumberAware, Reporting {

		@Override
		public void issueReport(String number) {
			ran.add("aware " + number);
		}

		@Override
		public void issueReport(int number) {
			ran.add("report " + number);
		}

	}

	interface ReportingAware extends BeanNameAware, Reporting {

		@Override
		void issueReport(int number);

	}

	@RequiresAirlockApproval
	static class OfAnAwareInterface implements ReportingAware {

		@Override
		public void setBeanName(String name) {
		}

		@Override
		public void issueReport(int number) {
			ran.add("report " + number);
		}

	}

	static class Injection {

		@Autowired
		public void issueReport(@Value("7") int number) {
			ran.add("injected " + number);
		}

	}

	@RequiresAirlockApproval
	static class OverridingInjection extends Injection implements Reporting {

		@Override
		public void issueReport(int number) {
			ran.add("report " + number);
		}

	}

	@RequiresAirlockApproval
	@ConfigurationProperties("desk")
	static class GuardedBoundDesk {

		void setLimit(int limit) {
			ran.add("limit " + limit);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(GuardedBoundDesk.class)
	static class GuardedBoundType {

	}

	static class Desk {

		@RequiresAirlockApproval
		public void setLimit(int limit) {
			ran.add("limit " + limit);
		}

	}

	@ConfigurationProperties("desk")
	static class BoundDesk extends Desk {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(BoundDesk.class)
	static class BoundByClass {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties
	static class BoundByMethod {

		@Bean
		@ConfigurationProperties("desk")
		Desk desk() {
			return new Desk();
		}

	}

	static class Other {

		Other(Object reference) {
			assertThat(reference).isNotNull();
		}

	}

	abstract static class Circular {

		protected Other other;

		@Autowired
		void setOther(Other other) {
			this.other = other;
		}

	}

	static class Clock extends Circular {

		@Scheduled(fixedDelay = 1)
		@RequiresAirlockApproval
		public void tick() {
			ran.add("tick of " + this.other);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class ScheduledCircle {

		@Bean
		Clock clock() {
			return new Clock();
		}

		@Bean
		Other other(Clock clock) {
			return new Other(clock);
		}

	}

	static class Listener extends Circular implements ApplicationListener<ContextRefreshedEvent> {

		@Override
		@RequiresAirlockApproval
		public void onApplicationEvent(ContextRefreshedEvent event) {
			ran.add("listened with " + this.other);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListeningCircle {

		@Bean
		Listener listener() {
			return new Listener();
		}

		@Bean
		Other other(Listener listener) {
			return new Other(listener);
		}

	}

	static class Left extends Circular {

		@RequiresAirlockApproval
		public void refund() {
			ran.add("refund with " + this.other);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainCircle {

		@Bean
		Left left() {
			return new Left();
		}

		@Bean
		Other other(Left left) {
			return new Other(left);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CircleWithAPostProcessorOfTheUser extends PlainCircle {

		@Bean
		static BeanPostProcessor callingPostProcessor() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (bean instanceof Left left) {
						left.refund();
					}
					return bean;
				}

			};
		}

	}

}
