/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.InaccessibleObjectException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.support.VisibleText;

import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;

/**
 * Tool calling manager that prepares the tools of each request to a model before the
 * model receives their definitions, and again before the tools are called. Calls of other
 * tools are refused, unless the resolver that can find them prepares tools, too.
 */
final class GuardingToolCallingManager implements ToolCallingManager {

	private final ToolCallingManager delegate;

	private final boolean guardingResolver;

	GuardingToolCallingManager(ToolCallingManager delegate) {
		this.delegate = delegate;
		this.guardingResolver = hasGuardingResolver(delegate);
	}

	/**
	 * Return whether an object is a tool calling manager that prepares tools.
	 */
	static boolean isGuarding(Object manager) {
		return manager instanceof GuardingToolCallingManager
				|| (manager instanceof ToolCallingManager && ToolPromptAdvisor.isAdvising(manager));
	}

	private static boolean hasGuardingResolver(ToolCallingManager manager) {
		try {
			List<Object> parts = MethodTools.parts(manager)
				.stream()
				.filter((part) -> part instanceof ToolCallbackResolver || part instanceof ToolCallingManager)
				.toList();
			return !parts.isEmpty() && parts.stream()
				.allMatch((part) -> isGuarding(part) || GuardingToolCallbackResolver.isGuarding(part));
		}
		catch (InaccessibleObjectException ex) {
			return false;
		}
	}

	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
		MethodTools.prepareRequest(chatOptions);
		return this.delegate.resolveToolDefinitions(chatOptions);
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
		MethodTools.prepareRequest(prompt);
		if (!this.guardingResolver) {
			requireToolsOfRequest(prompt, chatResponse);
		}
		return this.delegate.executeToolCalls(prompt, chatResponse);
	}

	private static void requireToolsOfRequest(Prompt prompt, ChatResponse response) {
		Set<String> names = MethodTools.toolsOf(prompt)
			.stream()
			.map((tool) -> tool.getToolDefinition().name())
			.collect(Collectors.toSet());
		response.getResults()
			.stream()
			.flatMap((generation) -> generation.getOutput().getToolCalls().stream())
			.map(ToolCall::name)
			.filter((name) -> !names.contains(name))
			.findFirst()
			.ifPresent((name) -> {
				throw UnguardableMethodException.withRemedy(
						("Tool %s is refused, because the request does not contain it, and it cannot be determined "
								+ "whether a tool that the resolver of the ToolCallingManager finds requires approval: make "
								+ "the ToolCallbackResolver a bean")
							.formatted(VisibleText.quote(name)),
						"Make the ToolCallbackResolver a bean, or add the tool to the request.");
			});
	}

}
