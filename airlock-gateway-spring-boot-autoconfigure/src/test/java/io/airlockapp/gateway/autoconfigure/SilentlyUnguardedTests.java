package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.aopalliance.aop.Advice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
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
				.hasStackTraceContaining("UnguardableMethodException: @RequiresAirlockApproval on " + type.getName()
						+ ".refund can't be used: 'timeout' must be from 1s to 7d"));
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
