/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.ai.ToolDenialHandler;
import io.airlockapp.gateway.ai.ToolPostProcessor;
import io.airlockapp.gateway.ai.ToolPromptAdvisor;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.ai.tool.resolution.DelegatingToolCallbackResolver;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration for the tools of Spring AI. It provides the results that models
 * receive for tools that did not run, and rejects tools that require approval but cannot
 * be guarded.
 */
@AutoConfiguration
@ImportRuntimeHints(AirlockSpringAiAutoConfiguration.MethodToolHints.class)
@ConditionalOnClass({ Tool.class, DefaultToolExecutionExceptionProcessor.class })
public final class AirlockSpringAiAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ApprovalDenialHandler.class)
	ToolDenialHandler airlockToolDenialHandler() {
		return new ToolDenialHandler(ApprovalDenialHandler.throwing());
	}

	@Bean
	static ToolPostProcessor airlockToolPostProcessor() {
		return new ToolPostProcessor();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ToolPromptAdvisor airlockToolPromptAdvisor() {
		return new ToolPromptAdvisor();
	}

	static final class MethodToolHints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			// These fields are read to determine the method that a tool calls, and
			// whether
			// the tools that a resolver finds are checked
			hints.reflection()
				.registerType(DefaultToolCallingManager.class, MemberCategory.ACCESS_DECLARED_FIELDS)
				.registerType(DelegatingToolCallbackResolver.class, MemberCategory.ACCESS_DECLARED_FIELDS)
				.registerType(MethodToolCallback.class, MemberCategory.ACCESS_DECLARED_FIELDS)
				.registerType(FunctionToolCallback.class, MemberCategory.ACCESS_DECLARED_FIELDS)
				.registerTypeIfPresent(classLoader, "org.springframework.ai.tool.augment.AugmentedToolCallback",
						MemberCategory.ACCESS_DECLARED_FIELDS);
		}

	}

}
