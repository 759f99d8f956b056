/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.concurrent.Executor;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.ApprovalVote;
import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.exchange.ApprovalService.PreparedRequest;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Task that asks one pairing on behalf of a {@link GroupApproval}. Except for its run and
 * its cancellation, it is used by the thread that waits for the group.
 */
final class BallotExchange implements Runnable, Interruption {

	private final GroupApproval call;

	private final PreparedRequest prepared;

	private final int revocations;

	private final WaitScope scope = new WaitScope();

	private State state = State.ASKED;

	private @Nullable ApprovalVote vote;

	private @Nullable AirlockGatewayException failure;

	private Admission place = Admission.none();

	private volatile @Nullable Thread thread;

	private volatile @Nullable String whyCancelled;

	private volatile boolean yielding;

	/**
	 * Create the task.
	 * @param revocations the number of revocations of the pairing when it was read
	 */
	BallotExchange(GroupApproval call, PreparedRequest prepared, int revocations) {
		this.call = call;
		this.prepared = prepared;
		this.revocations = revocations;
	}

	PreparedRequest prepared() {
		return this.prepared;
	}

	/**
	 * Return this request as it is counted.
	 */
	Ballot ballot() {
		ApprovalVote counting = (this.state == State.APPROVED || this.state == State.REJECTED) ? this.vote : null;
		return new Ballot(this.prepared.pairingName(), this.state,
				(counting != null) ? counting.evidence().publicKey() : null);
	}

	@Nullable ApprovalVote vote() {
		return this.vote;
	}

	@Nullable AirlockGatewayException failure() {
		return this.failure;
	}

	boolean isWaiting() {
		return this.state == State.ASKED;
	}

	boolean isApproved() {
		return this.state == State.APPROVED;
	}

	/**
	 * Return the number of revocations of the pairing when it was read.
	 */
	int revocations() {
		return this.revocations;
	}

	/**
	 * Return whether the current thread runs this task.
	 */
	boolean isInThread() {
		return this.thread == Thread.currentThread();
	}

	/**
	 * Record the vote.
	 */
	void voted(ApprovalVote received) {
		this.vote = received;
		this.state = (received.verdict() == Verdict.APPROVE) ? State.APPROVED : State.REJECTED;
	}

	/**
	 * Record that this request leads to no vote, or that its vote no longer counts.
	 */
	void lost(AirlockGatewayException why) {
		this.state = (why instanceof ApprovalVerificationException) ? State.FORGED : State.LOST;
		this.failure = why;
	}

	/**
	 * Start the exchange.
	 * @param executor the executor of the exchange
	 * @param taken the place of the request, to be released when the exchange has ended
	 */
	void start(Executor executor, Admission taken) {
		this.place = taken;
		try {
			executor.execute(this);
		}
		catch (Throwable ex) {
			taken.close();
			lost(new ApprovalUnavailableException(
					"No thread waits for a decision on request %s (%s): ask for fewer at a time".formatted(requestId(),
							AirlockGatewayException.safeMessage(ex)),
					requestId(), ex));
		}
	}

	@Override
	public void run() {
		ApprovalVote received = null;
		AirlockGatewayException why = null;
		this.thread = Thread.currentThread();
		try (this.scope) {
			this.scope.enter();
			received = this.call.vote(this);
		}
		catch (AirlockGatewayException ex) {
			why = ex;
		}
		catch (Throwable ex) {
			why = new ApprovalUnavailableException("The decision on request %s cannot be obtained: %s"
				.formatted(requestId(), AirlockGatewayException.safeMessage(ex)), requestId(), ex);
		}
		finally {
			this.place.close();
		}
		if (received != null) {
			this.call.arrived(this, received);
		}
		else if (why != null) {
			this.call.arrived(this, why);
		}
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
			if (!this.prepared.times().deadlines().waiting().isOver()) {
				this.scope.cancel();
			}
		}
	}

	String requestId() {
		return this.prepared.artifact().requestId();
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
