/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.assertj.core.api.InstanceOfAssertFactories;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asserts that applications with beans that cannot be guarded do not start, with a
 * guarded object and one that wraps it.
 */
final class UnguardableBeans {

	private UnguardableBeans() {
	}

	static void assertRefused(ApplicationContextRunner runner, String... texts) {
		runner.run((context) -> assertThat(context).getFailure()
			.extracting(NestedExceptionUtils::getMostSpecificCause, InstanceOfAssertFactories.THROWABLE)
			.isInstanceOf(UnguardableMethodException.class)
			.hasMessageContaining("cannot be guarded")
			.satisfies((failure) -> assertThat(texts)
				.allSatisfy((text) -> assertThat(failure).hasMessageContaining(text))));
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
