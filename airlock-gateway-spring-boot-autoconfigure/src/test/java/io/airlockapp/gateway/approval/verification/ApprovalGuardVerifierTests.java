package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.PriorityOrdered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link ApprovalGuardVerifier}.
 */
class ApprovalGuardVerifierTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@Test
	void lazyBeanFailsBeforeItIsHandedOut() {
		this.contextRunner
			.withBean(PrivateMethod.class, PrivateMethod::new, (definition) -> definition.setLazyInit(true))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatException().isThrownBy(() -> context.getBean(PrivateMethod.class))
					.withRootCauseInstanceOf(UnguardableMethodException.class);
			});
	}

	@Test
	void beanThatIsMadeForAPostProcessor() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuarded.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(Guarded.class.getName() + ".refund", "too early"));
	}

	@Test
	void beanThatIsMadeForALatePostProcessorIsGuarded() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuardedLate.class)
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean(Guarded.class))).isTrue());
	}

	@Test
	void beanThatIsMadeForAFactoryPostProcessor() {
		this.contextRunner.withBean(Guarded.class)
			.withUserConfiguration(NeedsGuardedEvenEarlier.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(Guarded.class.getName() + ".refund", "too early"));
	}

	@Test
	void singletonThatIsMadeBeforeTheContext() {
		this.contextRunner
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("early", new Guarded()))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(Guarded.class.getName() + ".refund", "'early'"));
	}

	@ParameterizedTest
	@ValueSource(classes = { WrappingBeforeInitialization.class, ExchangingBeforeInitialization.class })
	void objectOfABeanMethodThatAPostProcessorWrapsBeforeItsInitialization(Class<?> postProcessor) {
		this.contextRunner.withUserConfiguration(RunnableConfiguration.class)
			.withBean("wrapping", postProcessor)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("Bean 'runnable'", "wraps the object, a " + GuardedRunnable.class.getName()));
	}

	static class Guarded {

		@RequiresAirlockApproval
		void refund() {
			throw new IllegalStateException("Must not run");
		}

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

	static class GuardedRunnable implements Runnable {

		@Override
		@RequiresAirlockApproval
		public void run() {
			throw new IllegalStateException("Must not run");
		}

	}

	record Wrapper(Runnable wrapped) implements Runnable {

		@Override
		public void run() {
			this.wrapped.run();
		}

	}

}
