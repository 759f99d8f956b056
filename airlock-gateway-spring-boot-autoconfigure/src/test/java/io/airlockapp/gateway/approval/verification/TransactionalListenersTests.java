/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TransactionalListeners}.
 */
class TransactionalListenersTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(classes = { AfterCommitListener.class, AfterRollbackListener.class, AsyncListener.class })
	void listenerThatIsCalledAfterATransactionAndAlwaysRefused(Class<?> type) {
		this.contextRunner.withBean("desk", type)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(UnguardableMethodException.class)
				.hasMessageContainingAll(type.getName() + ".refund of bean 'desk'",
						"it is a listener that is called after the end of a transaction", "allowInTransaction = true"));
	}

	@Test
	void listenerThatRuns() {
		this.contextRunner.withBean(BeforeCommitListener.class)
			.withBean(AllowedListener.class)
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withBean(AfterCommitListener.class)
			.withPropertyValues("airlock.gateway.approval.allow-in-transaction=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withBean(AsyncListener.class)
			.withUserConfiguration(AsyncConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class AfterCommitListener {

		@TransactionalEventListener
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class AfterRollbackListener {

		@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK, fallbackExecution = true)
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class BeforeCommitListener {

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	static class AllowedListener {

		@TransactionalEventListener
		@RequiresAirlockApproval(allowInTransaction = true)
		void refund(String order) {
		}

	}

	@Async
	static class AsyncListener {

		@TransactionalEventListener
		@RequiresAirlockApproval
		void refund(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

	}

}
