package io.airlockapp.gateway.ai;

import java.util.List;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * Tool calling manager that prepares the tools of each request to a model before the
 * model receives their definitions, and again before the tools are called.
 */
final class GuardingToolCallingManager implements ToolCallingManager {

	private final ToolCallingManager delegate;

	private final MethodTools tools;

	GuardingToolCallingManager(ToolCallingManager delegate, MethodTools tools) {
		this.delegate = delegate;
		this.tools = tools;
	}

	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions chatOptions) {
		this.tools.prepareRequest(chatOptions);
		return this.delegate.resolveToolDefinitions(chatOptions);
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse chatResponse) {
		this.tools.prepareRequest(prompt);
		return this.delegate.executeToolCalls(prompt, chatResponse);
	}

}
