package io.airlockapp.gateway.ai;

import java.lang.reflect.InaccessibleObjectException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.StreamingChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Wraps two of Spring AI's own beans: its exception processor, to report denials to
 * models, and its tool calling manager, to refuse tools that require approval and are not
 * guarded. Both keep their settings. Beans of the application's own classes are left to
 * {@link ToolPromptAdvisor}. Tools that are beans, such as those of an MCP server, are
 * checked at start.
 */
public final class ToolPostProcessor implements BeanPostProcessor {

	private static final String MCP = "org.springframework.ai.mcp.";

	private static final Log logger = LogFactory.getLog(ToolPostProcessor.class);

	private final MethodTools tools = new MethodTools();

	/**
	 * Wrap or check a bean.
	 * @throws UnguardableMethodException if the bean is a tool that requires approval and
	 * is not guarded
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof DefaultToolExecutionExceptionProcessor processor
				&& bean.getClass() == DefaultToolExecutionExceptionProcessor.class) {
			return new ToolDenialExceptionProcessor(processor);
		}
		if (bean instanceof DefaultToolCallingManager manager) {
			return new GuardingToolCallingManager(manager, this.tools);
		}
		if (bean instanceof StreamingChatModel && !isChecking(bean)) {
			logger
				.warn(("The tools in prompts to the chat model '%s' are not checked: its class is final, and it was built "
						+ "without the application's ToolCallingManager bean. Build it with that, so that no tool that asks for "
						+ "approval runs without")
					.formatted(beanName));
		}
		this.tools.prepare(candidates(bean));
		return bean;
	}

	/**
	 * Return whether the prompts to a chat model are checked: by an advisor, or by the
	 * tool calling manager that Spring AI's own models use for each prompt.
	 */
	private static boolean isChecking(Object model) {
		try {
			return ToolPromptAdvisor.isProxied(model.getClass())
					|| MethodTools.parts(model).stream().anyMatch(ToolPostProcessor::isCheckingManager);
		}
		catch (InaccessibleObjectException ex) {
			return false;
		}
	}

	private static boolean isCheckingManager(Object part) {
		return part instanceof GuardingToolCallingManager
				|| (part instanceof ToolCallingManager && part instanceof Advised proxy
						&& Arrays.stream(proxy.getAdvisors()).anyMatch(ToolPromptAdvisor.class::isInstance));
	}

	private static Collection<?> candidates(Object bean) {
		if (bean instanceof ToolCallbackProvider provider && !isRemote(provider)) {
			return List.of(provider.getToolCallbacks());
		}
		return (bean instanceof List<?> list) ? list : List.of(bean);
	}

	/**
	 * Tools of MCP servers are not methods, and listing them requires remote calls.
	 */
	private static boolean isRemote(ToolCallbackProvider provider) {
		for (Class<?> type = provider.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().startsWith(MCP)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Tool calling manager that prepares the tools of each request to a model before the
	 * model receives their definitions, and again before the tools are called.
	 */
	private static final class GuardingToolCallingManager implements ToolCallingManager {

		private final ToolCallingManager delegate;

		private final MethodTools tools;

		private GuardingToolCallingManager(ToolCallingManager delegate, MethodTools tools) {
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

}
