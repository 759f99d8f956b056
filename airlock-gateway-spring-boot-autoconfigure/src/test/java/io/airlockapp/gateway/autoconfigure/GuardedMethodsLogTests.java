/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the list of guarded methods that {@link ApprovalStartupLogger} logs at DEBUG.
 */
class GuardedMethodsLogTests {

	@RegisterExtension
	private final CapturedLog log = new CapturedLog(ApprovalStartupLogger.class);

	@Test
	void listsEachMethodOnce() {
		String type = Tenants.class.getName();
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
			.withBean("one", Tenants.class)
			.withBean("two", Tenants.class)
			.run((context) -> assertThat(this.log.list).last()
				.hasToString("[DEBUG] Guarded methods: %1$s.archive(), %1$s.delete(java.lang.String)".formatted(type)));
	}

	static class Tenants {

		@RequiresAirlockApproval
		public void delete(String name) {
		}

		@RequiresAirlockApproval
		public void archive() {
		}

		public void list() {
		}

	}

}
