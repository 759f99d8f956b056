/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.ai;

import java.util.function.Consumer;

import io.airlockapp.gateway.ai.ToolMethods;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.durable.method.RecordedCallHandler;

/**
 * Reports to models that the call of a tool was recorded, by an exception, since Spring
 * AI and MCP servers report methods without a result as done. Other callers of the method
 * get no exception.
 */
public final class RecordedToolHandler implements RecordedCallHandler {

	private static final String SPRING_AI = "org.springframework.ai.";

	@Override
	public void recorded(DurableMethod method, String requestId) {
		// A consumer can be the function of a tool, and has no result either
		boolean tool = ToolMethods.isTool(method.method()) || Consumer.class.isAssignableFrom(method.type());
		if (tool && isCalledBySpringAi()) {
			throw new ToolRecordedException(requestId);
		}
	}

	private static boolean isCalledBySpringAi() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.anyMatch((frame) -> frame.getClassName().startsWith(SPRING_AI)));
	}

}
