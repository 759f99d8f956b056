/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.approver.Approver;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Exchange from its submission to its end. Every transition starts at
 * {@link State#PENDING_APPROVAL}, except that a decision can be delivered afterwards.
 */
final class Exchange {

	private final long number;

	private final ArtifactSubmission artifact;

	private final PendingRequest request;

	private final Approver approver;

	private final CountDownLatch settled = new CountDownLatch(1);

	private State state = State.PENDING_APPROVAL;

	private @Nullable ObjectNode decision;

	Exchange(long number, ArtifactSubmission artifact, PendingRequest request, Approver approver) {
		this.number = number;
		this.artifact = artifact;
		this.request = request;
		this.approver = approver;
	}

	long number() {
		return this.number;
	}

	ArtifactSubmission artifact() {
		return this.artifact;
	}

	PendingRequest request() {
		return this.request;
	}

	Approver approver() {
		return this.approver;
	}

	synchronized State state() {
		return this.state;
	}

	synchronized @Nullable ObjectNode decision() {
		return this.decision;
	}

	/**
	 * Decide, if the exchange is still pending.
	 * @param envelope the supplier of the signed envelope
	 * @return whether it was pending
	 */
	synchronized boolean decide(Supplier<ObjectNode> envelope) {
		if (this.state != State.PENDING_APPROVAL) {
			return false;
		}
		this.decision = envelope.get();
		settle(State.DECIDED);
		return true;
	}

	/**
	 * End without a decision, if the exchange is still pending.
	 * @return whether it was pending
	 */
	synchronized boolean end(State end) {
		if (this.state != State.PENDING_APPROVAL) {
			return false;
		}
		settle(end);
		return true;
	}

	/**
	 * Record that the enforcer has received the decision.
	 * @return whether the message is this exchange's decision
	 */
	synchronized boolean acknowledge(String msgId) {
		if (this.decision == null || !msgId.equals(this.decision.path("msgId").stringValue())) {
			return false;
		}
		this.state = State.DELIVERED;
		return true;
	}

	boolean isExpiredAt(Instant now) {
		return !now.isBefore(this.artifact.expiresAt());
	}

	private void settle(State end) {
		this.state = end;
		this.settled.countDown();
	}

	/**
	 * Wait until the state is no longer {@link State#PENDING_APPROVAL}.
	 */
	void awaitSettled(long timeout, TimeUnit unit) throws InterruptedException {
		this.settled.await(timeout, unit);
	}

	enum State {

		PENDING_APPROVAL("pendingApproval"), DECIDED("decided"), DELIVERED("delivered"), EXPIRED("expired"),
		WITHDRAWN("withdrawn"), CANCELLED("cancelled");

		private final String word;

		State(String word) {
			this.word = word;
		}

		String word() {
			return this.word;
		}

	}

}
