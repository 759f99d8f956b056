package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.aopalliance.aop.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.PriorityOrdered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for beans that Spring's auto-proxy creators leave out.
 */
class SilentlyUnguardedTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(classes = { GuardedInfrastructure.class, GuardedAdvice.class })
	void infrastructureOfAop(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class));
	}

	@Test
	void originalInstance() {
		this.contextRunner.withBean(Guarded.class.getName() + ".ORIGINAL", Guarded.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { TooLongTimeout.class, TooShortTimeout.class })
	void timeoutOutOfRange(Class<?> type) {
		this.contextRunner.withBean(type)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(
						"UnguardableMethodException: The attribute 'timeout' of @RequiresAirlockApproval on "
								+ type.getName() + ".refund can't be used: 'timeout' must be from 1s to 7d"));
	}

	@Test
	void childContext() {
		this.contextRunner.run((parent) -> {
			try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
				child.setParent(parent);
				child.register(Guarded.class);
				assertThatExceptionOfType(UnguardableMethodException.class).isThrownBy(child::refresh)
					.withMessageContaining("has no guard of its own");
			}
		});
	}

	@Test
	void beanOfAChildContextWhoseDefinitionDoesNotTell() {
		this.contextRunner.run((parent) -> {
			try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
				child.setParent(parent);
				child.register(ReticentConfiguration.class);
				child.refresh();
				assertThat(child.getBean("open")).isEqualTo("open");
				assertThatException().isThrownBy(() -> child.getBean("guarded"))
					.withRootCauseInstanceOf(UnguardableMethodException.class)
					.withStackTraceContaining("has no guard of its own");
			}
		});
	}

	@Test
	void beanThatAPostProcessorWrapsBeforeTheProxy() {
		this.contextRunner.withUserConfiguration(WrappingConfiguration.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll("Bean 'runnable'", Wrapper.class.getName()));
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

	@Test
	void beanThatAPostProcessorWrapsAfterTheProxyIsGuarded() {
		this.contextRunner.withUserConfiguration(LateWrappingConfiguration.class).run((context) -> {
			assertThat(context.getBean("runnable")).isInstanceOf(Wrapper.class);
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(context.getBean("runnable", Runnable.class)::run);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ReticentConfiguration {

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Object guarded() {
			return new Guarded();
		}

		@Bean
		@Scope(BeanDefinition.SCOPE_PROTOTYPE)
		Object open() {
			return "open";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RunnableConfiguration {

		@Bean
		Runnable runnable() {
			return new GuardedRunnable();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrappingConfiguration {

		@Bean
		Runnable runnable() {
			return new GuardedRunnable();
		}

		@Bean
		static EarlyWrappingPostProcessor wrappingPostProcessor() {
			return new EarlyWrappingPostProcessor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LateWrappingConfiguration {

		@Bean
		Runnable runnable() {
			return new GuardedRunnable();
		}

		@Bean
		static WrappingPostProcessor wrappingPostProcessor() {
			return new WrappingPostProcessor();
		}

	}

	static class WrappingPostProcessor implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof GuardedRunnable runnable) ? new Wrapper(runnable) : bean;
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

	static class EarlyWrappingPostProcessor extends WrappingPostProcessor implements PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
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

	static class Guarded {

		@RequiresAirlockApproval
		void refund() {
		}

	}

	static class GuardedInfrastructure extends Guarded implements AopInfrastructureBean {

	}

	static class GuardedAdvice extends Guarded implements Advice {

	}

	static class TooLongTimeout {

		@RequiresAirlockApproval(timeout = "8d")
		void refund() {
		}

	}

	static class TooShortTimeout {

		@RequiresAirlockApproval(timeout = "500ms")
		void refund() {
		}

	}

}
