/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import org.junit.jupiter.api.AfterEach;

import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Tests for tools in a context that denies each of them.
 */
abstract class AbstractToolTests {

	static final List<String> ran = new CopyOnWriteArrayList<>();

	static final List<String> asked = new CopyOnWriteArrayList<>();

	final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, AirlockSpringAiAutoConfiguration.class,
						ToolCallingAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("spring.ai.tools.resolution.fallback.enabled=true")
		.withBean(ApprovalGate.class, () -> (call) -> {
			asked.add(call.toString());
			throw new ApprovalUnavailableException("No", null, null);
		});

	@AfterEach
	void forget() {
		ran.clear();
		asked.clear();
	}

	static class Wrapper implements ToolCallback {

		private final ToolCallback wrapped;

		Wrapper(ToolCallback wrapped) {
			this.wrapped = wrapped;
		}

		@Override
		public ToolDefinition getToolDefinition() {
			return this.wrapped.getToolDefinition();
		}

		@Override
		public String call(String input) {
			return this.wrapped.call(input);
		}

	}

}
