/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.ai;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.function.Consumer;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.ai.ToolMethods;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.durable.method.RecordedCallHandler;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Reports to models that the call of a tool was recorded, by an exception, since Spring
 * AI and MCP servers report methods without a result as done. Other callers of the method
 * get no exception.
 */
public final class RecordedToolHandler implements RecordedCallHandler {

	private static final String SPRING_AI = "org.springframework.ai.";

	private static final String TRANSACTIONS = "org.springframework.transaction.";

	@Override
	public Consumer<String> handle(DurableMethod method) {
		// A consumer can be the function of a tool, and has no result either
		boolean tool = ToolMethods.isTool(method.method()) || Consumer.class.isAssignableFrom(method.type());
		List<String> callers = tool ? findCallers() : List.of();
		if (callers.stream().noneMatch((caller) -> caller.startsWith(SPRING_AI))) {
			return (requestId) -> {
			};
		}
		if (callers.get(0).startsWith(TRANSACTIONS) && TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new InvalidApprovalUsageException(
					"%s is not recorded, because the exception with the text for the model would roll its transaction back. Begin the transaction inside the guard: remove 'airlock.gateway.approval.order', or lower it"
						.formatted(method),
					null);
		}
		return (requestId) -> {
			throw new ToolRecordedException(requestId);
		};
	}

	/**
	 * Find the classes that receive the exception, from the innermost one.
	 */
	private static List<String> findCallers() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.map(StackFrame::getClassName)
				.filter((name) -> name.startsWith(SPRING_AI) || name.startsWith(TRANSACTIONS))
				.toList());
	}

}
