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
final class ToolMethods {

	private static final String MCP_TOOL = "org.springframework.ai.mcp.annotation.McpTool";

	private ToolMethods() {
	}

	static boolean isTool(MethodInvocation invocation) {
		Object target = invocation.getThis();
		Method method = (target != null)
				? AopUtils.getMostSpecificMethod(invocation.getMethod(), AopUtils.getTargetClass(target))
				: invocation.getMethod();
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		return annotations.isPresent(Tool.class) || annotations.isPresent(MCP_TOOL);
	}

}
