package io.airlockapp.gateway.ai;

import java.util.Collection;
import java.util.List;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.SingletonBeanRegistry;

/**
 * Wraps two of Spring AI's own beans: its exception processor, to tell models about
 * denials, and its tool calling manager, to refuse tools that ask for approval and are
 * not guarded. Both keep their settings, and beans of the user's own classes are left
 * alone. Tools that are beans, such as those of an MCP server, are checked at start.
 */
public final class ToolPostProcessor implements BeanPostProcessor {

	private static final String MCP = "org.springframework.ai.mcp.";

	private final MethodTools tools;

	/**
	 * Create a post-processor.
	 * @param beans the beans, which are guarded
	 */
	public ToolPostProcessor(SingletonBeanRegistry beans) {
		this.tools = new MethodTools(beans);
	}

	/**
	 * Wrap or check a bean.
	 * @throws UnguardableMethodException if the bean is a tool that asks for approval and
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
		this.tools.prepare(candidates(bean));
		return bean;
	}

	private static Collection<?> candidates(Object bean) {
		if (bean instanceof ToolCallbackProvider provider && !isRemote(provider)) {
			return List.of(provider.getToolCallbacks());
		}
		return (bean instanceof List<?> list) ? list : List.of(bean);
	}

	/**
	 * Tools of MCP servers are no methods, and to list them takes calls.
	 */
	private static boolean isRemote(ToolCallbackProvider provider) {
		for (Class<?> type = provider.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().startsWith(MCP)) {
				return true;
			}
		}
		return false;
	}

}
