/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.resolution.DelegatingToolCallbackResolver;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;

/**
 * Tool callback resolver that prepares each tool that another resolver finds.
 *
 * @param delegate the other resolver
 */
record GuardingToolCallbackResolver(ToolCallbackResolver delegate) implements ToolCallbackResolver {

	@Override
	public @Nullable ToolCallback resolve(String toolName) {
		ToolCallback tool = this.delegate.resolve(toolName);
		MethodTools.prepareTool(tool);
		return tool;
	}

	/**
	 * Return whether each tool that a resolver finds is prepared.
	 * @param resolver the resolver
	 * @return whether it, or each of its delegates, prepares tools
	 */
	static boolean isGuarding(Object resolver) {
		if (resolver.getClass() == DelegatingToolCallbackResolver.class) {
			List<Object> delegates = MethodTools.parts(resolver);
			return !delegates.isEmpty() && delegates.stream()
				.allMatch((part) -> part instanceof Collection<?> resolvers
						&& resolvers.stream().allMatch(GuardingToolCallbackResolver::isGuarding));
		}
		return resolver instanceof GuardingToolCallbackResolver || ToolPromptAdvisor.isAdvising(resolver);
	}

}
