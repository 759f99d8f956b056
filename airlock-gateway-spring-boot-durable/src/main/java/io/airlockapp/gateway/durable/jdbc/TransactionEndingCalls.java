/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.util.Objects;

import io.airlockapp.gateway.MethodStartedException;
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
		boolean unseen = false;
		Result result = null;
		InvocationTargetException thrown = null;
		try {
			result = this.calls.run(call, claim);
		}
		catch (InvocationTargetException ex) {
			thrown = ex;
		}
		finally {
			for (ConnectionHolder holder : RunTransactionListener.findOpen()) {
				boolean bound = LeftOpenTransactions.isBound(holder);
				boolean ended = LeftOpenTransactions.end(holder);
				open |= bound || ended;
				unseen |= !bound && !ended && !RunTransactionListener.isRolledBack(holder);
			}
			open |= LeftOpenTransactions.end();
		}
		if (unseen) {
			// Spring neither commits nor rolls it back, so that the connection commits it
			throw new MethodStartedException(
					"The method was started, but it is not known whether its transaction was committed: it left one without "
							+ "synchronization open, such as that of a messaging system",
					thrown);
		}
		if (thrown != null) {
			throw thrown;
		}
		if (open && result == Result.DONE) {
			throw new InvocationTargetException(new IllegalStateException(
					"The method left a transaction open, which is rolled back. Commit it before the method returns"));
		}
		return Objects.requireNonNull(result);
	}

}
