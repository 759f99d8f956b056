package io.airlockapp.gateway.ai;

import java.lang.reflect.Method;

import org.aopalliance.intercept.MethodInvocation;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Detects the methods of tools, which are annotated with {@link Tool} or {@code McpTool}.
 */
public final class ToolMethods {

	private static final String MCP_TOOL = "org.springframework.ai.mcp.annotation.McpTool";

	private ToolMethods() {
	}

	static boolean isTool(MethodInvocation invocation) {
		Object target = invocation.getThis();
		return isTool((target != null)
				? AopUtils.getMostSpecificMethod(invocation.getMethod(), AopUtils.getTargetClass(target))
				: invocation.getMethod());
	}

	/**
	 * Return whether a method is that of a tool.
	 * @param method the method of the class of the called object
	 * @return whether it or a method that it overrides is annotated
	 */
	public static boolean isTool(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		return annotations.isPresent(Tool.class) || annotations.isPresent(MCP_TOOL);
	}

}
