/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.exchange.PairingRequests.PairingRequest;
import io.airlockapp.gateway.support.Backoff;
import io.airlockapp.gateway.support.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the decisions on the requests of a group in the thread that counts. This is
 * the thread of the caller, so that the application's beans can depend on it, such as a
 * {@code DataSource} that selects a database by it. A decision that cannot be verified at
 * the moment is tried again, and meanwhile neither counts nor delays any other one.
 */
final class BallotVerification {

	private final ApprovalService approvals;

	private final GroupBallots ballots;

	private ApprovalDeadline deadline;

	private final ApprovalDependencies dependencies;

	private final List<Postponed> postponed = new ArrayList<>();

	private final Backoff suspensions;

	BallotVerification(ApprovalService approvals, GroupBallots ballots, ApprovalDeadline deadline,
			ApprovalDependencies dependencies) {
		this.approvals = approvals;
		this.ballots = ballots;
		this.deadline = deadline;
		this.dependencies = dependencies;
		this.suspensions = new Backoff(dependencies.random());
	}

	/**
	 * Verify a decision that has arrived.
	 */
	void verify(PairingRequest request, ReceivedDecision delivery) {
		verify(request, delivery, new Backoff(this.dependencies.random()));
	}

	private void verify(PairingRequest request, ReceivedDecision delivery, Backoff backoff) {
		try {
			this.ballots.voted(this.approvals.verify(request, delivery));
		}
		catch (ApprovalUnavailableException | ApprovalVerificationException | ApprovalTimeoutException ex) {
			this.ballots.failed(request.asked().name(), ex);
		}
		catch (Throwable ex) {
			if (delivery.isRejection()) {
				deny(request, delivery);
			}
			else {
				postpone(request, ex, backoff, () -> verify(request, delivery, backoff));
			}
		}
	}

	/**
	 * Have an approval not count for a while, since it cannot be read whether its key is
	 * in force.
	 */
	void suspend(PairingRequest request, Throwable cause) {
		String pairing = request.asked().name();
		this.ballots.suspended(pairing);
		postpone(request, cause, this.suspensions, () -> this.ballots.resumed(pairing));
	}

	private void postpone(PairingRequest request, Throwable cause, Backoff backoff, Runnable next) {
		Duration pause = this.deadline.pause(backoff.next(null));
		if (pause.isZero()) {
			this.ballots.failed(request.asked().name(), PairingRequests.unverified(request.id(), cause));
		}
		else {
			this.postponed.add(new Postponed(next, Deadline.in(pause, this.dependencies.ticker())));
		}
	}

	/**
	 * Count a denial although the keys in force cannot be read. If it was tried again,
	 * approvals of others could reach the quorum before.
	 */
	private void deny(PairingRequest request, ReceivedDecision delivery) {
		try {
			this.ballots.voted(this.approvals.verifyUnused(request, delivery));
		}
		catch (AirlockGatewayException ex) {
			this.ballots.failed(request.asked().name(), ex);
		}
	}

	/**
	 * Try again what was postponed, if its pause is over.
	 * @return whether there was anything
	 */
	boolean repeatDue() {
		List<Postponed> due = this.postponed.stream().filter((next) -> next.pause().isOver()).toList();
		repeat(due);
		return !due.isEmpty();
	}

	/**
	 * Try all again that was postponed, and limit the time for that, since the caller was
	 * interrupted.
	 */
	void hurry() {
		this.deadline = this.deadline.within(PairingRequests.AFTER_INTERRUPT);
		repeat(List.copyOf(this.postponed));
	}

	private void repeat(List<Postponed> due) {
		this.postponed.removeAll(due);
		due.forEach((next) -> next.action().run());
	}

	/**
	 * Return the time until something that was postponed is tried again.
	 * @return the time, or {@code null} if there is nothing
	 */
	@Nullable Duration untilNext() {
		return this.postponed.stream()
			.map((next) -> next.pause().remaining())
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	/**
	 * Report a decision that has arrived too late. This is called by any thread.
	 */
	void late(PairingRequest request, ReceivedDecision delivery) {
		try {
			this.ballots.notCounted(this.approvals.verifyUnused(request, delivery));
		}
		catch (AirlockGatewayException ex) {
			this.ballots.tampered(ex);
		}
	}

	/**
	 * Action that is performed after a pause.
	 */
	private record Postponed(Runnable action, Deadline pause) {
	}

}
