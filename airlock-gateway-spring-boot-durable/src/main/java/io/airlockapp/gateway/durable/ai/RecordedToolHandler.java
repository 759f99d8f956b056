/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.ai;

import java.util.List;
import java.util.function.Consumer;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.ai.ToolCallers;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.durable.method.RecordedCallHandler;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Reports to models that the call of a tool was recorded, by an exception, since Spring
 * AI and MCP servers report methods without a result as done. Other callers of the method
 * get no exception, since code of the application that is a tool would end halfway.
 */
public final class RecordedToolHandler implements RecordedCallHandler {

	private static final String TRANSACTIONS = "org.springframework.transaction.";

	@Override
	public Consumer<String> handle(DurableMethod method) {
		List<String> callers = ToolCallers.find(method.method(), method.type());
		if (callers.isEmpty()) {
			return (requestId) -> {
			};
		}
		if (callers.stream().anyMatch((caller) -> caller.startsWith(TRANSACTIONS))
				&& TransactionSynchronizationManager.isActualTransactionActive()) {
			throw new InvalidApprovalUsageException(
					"%s is not recorded, because the exception with the text for the model would roll back the transaction in which it was called. Do not begin one between the tool and the method, such as in a decorator"
						.formatted(method));
		}
		return (requestId) -> {
			throw new ToolRecordedException(requestId);
		};
	}

}
