/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;
import java.util.List;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import org.reactivestreams.Publisher;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Detects the methods whose result is for a model: those annotated with {@link Tool}, and
 * the tools, resources, prompts and completions of an MCP server.
 */
final class ToolMethods {

	private static final String MCP = "org.springframework.ai.mcp.annotation.";

	private static final List<String> MCP_ANNOTATIONS = List.of(MCP + "McpTool", MCP + "McpResource", MCP + "McpPrompt",
			MCP + "McpComplete");

	private ToolMethods() {
	}

	/**
	 * Return whether the result of a method is for a model: whether it or a method that
	 * it overrides is annotated.
	 */
	static boolean isTool(Method method) {
		MergedAnnotations annotations = annotations(method);
		return annotations.isPresent(Tool.class) || isOfMcp(annotations);
	}

	/**
	 * Require that Spring AI waits for the results of the guarded tools of a bean.
	 * Publishers are left to MCP servers: those that wait for threads do not offer such a
	 * tool.
	 * @throws UnguardableMethodException if it does not wait
	 */
	static void requireAwaited(Object bean) {
		Class<?> type = ClassUtils.getUserClass(AopUtils.getTargetClass(bean));
		for (Method method : GuardedMethods.of(type)) {
			MergedAnnotations annotations = annotations(method);
			if (annotations.isPresent(Tool.class) || (isOfMcp(annotations)
					&& !Publisher.class.isAssignableFrom(GenericTypeResolver.resolveReturnType(method, type)))) {
				requireAwaited(method, type);
			}
		}
	}

	/**
	 * Require that a guarded method returns its result itself. The model would otherwise
	 * receive the future or publisher as an answer, or nothing, before a decision.
	 * @throws UnguardableMethodException if it returns a future or a publisher, or runs
	 * in another thread
	 */
	static void requireAwaited(Method method, Class<?> type) {
		if (AsynchronousTypes.isInAnotherThread(method, type)) {
			throw UnguardableMethodException.withRemedy(
					"%s requires approval, but cannot be a tool: it is @Async, so the model gets a result before the decision"
						.formatted(ClassUtils.getQualifiedMethodName(method, type)),
					"Remove @Async from the method and its class; the thread of the tool then waits for the decision.");
		}
		Class<?> returned = GenericTypeResolver.resolveReturnType(method, type);
		if (AsynchronousTypes.isAsynchronous(returned)) {
			throw UnguardableMethodException.withRemedy(
					("%s requires approval, but cannot be a tool: it returns a %s, for which Spring AI does not wait, so the "
							+ "model gets a result before the decision")
						.formatted(ClassUtils.getQualifiedMethodName(method, type), returned.getName()),
					"Return the result itself; the thread of the tool then waits for the decision. A tool of an MCP server "
							+ "of the type ASYNC can return a Mono.");
		}
	}

	private static MergedAnnotations annotations(Method method) {
		return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
	}

	private static boolean isOfMcp(MergedAnnotations annotations) {
		return MCP_ANNOTATIONS.stream().anyMatch(annotations::isPresent);
	}

}
