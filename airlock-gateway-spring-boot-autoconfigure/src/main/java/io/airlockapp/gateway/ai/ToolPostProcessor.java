/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.InaccessibleObjectException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.verification.GuardedProxies;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.StreamingChatModel;
import org.springframework.ai.model.tool.DefaultToolCallingManager;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Wraps Spring AI's own beans: its exception processor, to report denials to models, and
 * its tool calling manager and tool callback resolver, to refuse tools that require
 * approval and are not guarded. They keep their settings. Beans of the application's own
 * classes are left to {@link ToolPromptAdvisor}, except for managers and resolvers that
 * cannot have its proxy. Tools that are beans, such as those of an MCP server, are
 * checked at start.
 */
public final class ToolPostProcessor implements BeanPostProcessor {

	private static final String MCP = "org.springframework.ai.mcp.";

	private static final Log logger = LogFactory.getLog(ToolPostProcessor.class);

	/**
	 * Wrap or check a bean.
	 * @throws UnguardableMethodException if the bean is a tool that requires approval and
	 * is not guarded, or has such a tool whose result nobody waits for
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ScopedObject) {
			// Its target may not exist yet, and is processed when it is created
			return bean;
		}
		ToolMethods.requireAwaited(bean);
		if (bean instanceof DefaultToolExecutionExceptionProcessor processor
				&& bean.getClass() == DefaultToolExecutionExceptionProcessor.class) {
			return new ToolDenialExceptionProcessor(processor);
		}
		if (bean instanceof ToolCallingManager manager && !(manager instanceof GuardingToolCallingManager)
				&& (manager instanceof DefaultToolCallingManager || !ToolPromptAdvisor.isAdvising(manager))) {
			return new GuardingToolCallingManager(manager);
		}
		if (bean instanceof ToolCallbackResolver resolver && !ToolPromptAdvisor.isAdvising(resolver)) {
			return new GuardingToolCallbackResolver(resolver);
		}
		if (bean instanceof StreamingChatModel && !isChecking(bean)) {
			logger
				.warn(("The tools in prompts to the chat model '%s' are not checked: its class or a method of it is final, and it was "
						+ "built without the application's ToolCallingManager bean. Build it with that, so that no tool that requires "
						+ "approval runs without one")
					.formatted(beanName));
		}
		if (bean instanceof ChatModel model) {
			MethodTools.prepareRequest(model.getOptions());
		}
		MethodTools.prepare(candidates(bean).toList());
		return bean;
	}

	/**
	 * Return whether the prompts to a chat model are checked: by an advisor, or by the
	 * tool calling manager that Spring AI's own models use for each prompt.
	 */
	private static boolean isChecking(Object model) {
		try {
			return ToolPromptAdvisor.isAdvising(model)
					|| MethodTools.parts(model).stream().anyMatch(GuardingToolCallingManager::isGuarding);
		}
		catch (InaccessibleObjectException ex) {
			return false;
		}
	}

	private static Stream<?> candidates(Object bean) {
		return ((bean instanceof List<?> list && GuardedProxies.isReadable(list.getClass())) ? list.stream()
				: Stream.of(bean))
			.filter(Objects::nonNull)
			.flatMap((one) -> (one instanceof ToolCallbackProvider provider && !isRemote(provider))
					? Arrays.stream(provider.getToolCallbacks()) : Stream.of(one));
	}

	/**
	 * Tools of MCP servers are not methods, and listing them requires remote calls.
	 */
	private static boolean isRemote(ToolCallbackProvider provider) {
		return LibraryTypes.hierarchy(provider.getClass()).anyMatch((type) -> type.getName().startsWith(MCP));
	}

}
