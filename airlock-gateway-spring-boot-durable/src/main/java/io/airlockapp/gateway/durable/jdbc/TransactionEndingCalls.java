/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.InvocationTargetException;

import io.airlockapp.gateway.durable.method.ApprovedCall;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.step.LeftOpenTransactions;

import org.springframework.jdbc.datasource.ConnectionHolder;

/**
 * {@link ApprovedCalls} that end the transactions which a method leaves open in its
 * thread. They are rolled back, and the method has failed.
 *
 * @param calls the approved calls to run
 */
public record TransactionEndingCalls(ApprovedCalls calls) implements ApprovedCalls {

	@Override
	public Result run(ApprovedCall call, Claim claim) throws InvocationTargetException {
		boolean open = false;
		Result result;
		try {
			result = this.calls.run(call, claim);
		}
		finally {
			for (ConnectionHolder holder : RunTransactionListener.findOpen()) {
				open |= LeftOpenTransactions.end(holder);
			}
			open |= LeftOpenTransactions.end();
		}
		if (open && result == Result.DONE) {
			throw new InvocationTargetException(new IllegalStateException(
					"The method left a transaction open, which is rolled back. Commit it before the method returns"));
		}
		return result;
	}

}
