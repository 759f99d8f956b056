/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.exchange.ApprovalExchange.Interruption;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.support.BackgroundTask;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;

/**
 * Runs the exchange with one pairing on behalf of a {@link GroupApproval} in a thread of
 * its own, and hands over the decision, which is not verified, or the failure. That
 * thread calls nothing of the application but the listeners of a vote that arrives too
 * late.
 */
final class BallotExchange implements Interruption {

	private final GroupApproval call;

	private final PairingRequest request;

	private final WaitScope scope = new WaitScope();

	private volatile @Nullable ApprovalExchange exchange;

	private volatile @Nullable String whyCancelled;

	private volatile boolean yielding;

	BallotExchange(GroupApproval call, PairingRequest request) {
		this.call = call;
		this.request = request;
	}

	PairingRequest request() {
		return this.request;
	}

	String pairing() {
		return this.request.asked().name();
	}

	/**
	 * Start the exchange.
	 * @param executor the executor of the exchange
	 * @param userBinding the decorator that binds the exchange to the user
	 * @param taken the place of the request, to be released when the exchange has ended
	 */
	void start(Executor executor, TaskDecorator userBinding, Admission taken) {
		BackgroundTask.execute(executor, userBinding, () -> run(taken), (ex) -> {
			taken.close();
			this.call.arrived(pairing(),
					new ApprovalUnavailableException("No thread waits for a decision on request %s: %s"
						.formatted(this.request.id(), AirlockGatewayException.safeMessage(ex)), this.request.id(), ex));
		});
	}

	private void run(Admission taken) {
		ReceivedDecision received = null;
		AirlockGatewayException why = null;
		try (taken; this.scope) {
			this.scope.enter();
			ApprovalExchange started = this.call.exchange(this);
			this.exchange = started;
			received = started.run(this);
		}
		catch (Throwable ex) {
			why = (ex instanceof AirlockGatewayException known) ? known
					: new ApprovalUnavailableException("The decision on request %s cannot be received: %s"
						.formatted(this.request.id(), AirlockGatewayException.safeMessage(ex)), this.request.id(), ex);
		}
		if (received != null) {
			this.call.arrived(this.request, received);
		}
		else if (why != null) {
			this.call.arrived(pairing(), why);
		}
	}

	/**
	 * Return why there is no decision at the deadline, although this exchange has not
	 * ended.
	 */
	AirlockGatewayException failureAtDeadline() {
		ApprovalExchange started = this.exchange;
		AirlockGatewayException failure = (started != null) ? started.findFailure() : null;
		return (failure != null) ? failure : new ApprovalTimeoutException(
				"The end of request %s is not known in time".formatted(this.request.id()), this.request.id());
	}

	/**
	 * End the exchange, whose request is withdrawn in its own thread.
	 * @param why the reason as a clause
	 * @param nobodyWaits whether nobody waits for the withdrawal
	 */
	void cancel(String why, boolean nobodyWaits) {
		if (this.whyCancelled == null) {
			this.whyCancelled = why;
			this.yielding = nobodyWaits;
			// After the wait, the request is being withdrawn already, and an interrupt
			// would lose a decision that is found by that
			if (!this.call.isWaitOver()) {
				this.scope.cancel();
			}
		}
	}

	/**
	 * Report that the gateway says that the pairing is revoked, by which this exchange
	 * ends.
	 */
	void report(Runnable revoked) {
		this.whyCancelled = PendingApprovals.PAIRING_REVOKED;
		this.call.arrived(revoked);
	}

	@Override
	public @Nullable String whyStopped() {
		return (this.whyCancelled != null) ? this.whyCancelled : this.call.whyStopped();
	}

	@Override
	public boolean isYielding() {
		return this.yielding;
	}

}
