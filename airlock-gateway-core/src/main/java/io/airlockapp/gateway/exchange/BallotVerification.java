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
 * the moment is tried again, and meanwhile delays no other one.
 */
final class BallotVerification {

	private final ApprovalService approvals;

	private final GroupBallots ballots;

	private ApprovalDeadline deadline;

	private final ApprovalEnvironment environment;

	private final List<Postponed> postponed = new ArrayList<>();

	BallotVerification(ApprovalService approvals, GroupBallots ballots, ApprovalDeadline deadline,
			ApprovalEnvironment environment) {
		this.approvals = approvals;
		this.ballots = ballots;
		this.deadline = deadline;
		this.environment = environment;
	}

	/**
	 * Verify a decision that has arrived.
	 */
	void verify(PairingRequest request, DecisionDelivery delivery) {
		verify(request, delivery, new Backoff(this.environment.random()));
	}

	private void verify(PairingRequest request, DecisionDelivery delivery, Backoff backoff) {
		try {
			this.ballots.voted(this.approvals.verify(request, delivery));
		}
		catch (ApprovalUnavailableException | ApprovalVerificationException | ApprovalTimeoutException ex) {
			this.ballots.failed(request.asked().name(), ex);
		}
		catch (Throwable ex) {
			Duration pause = this.deadline.pause(backoff.next(null));
			if (delivery.isRejection()) {
				deny(request, delivery);
			}
			else if (pause.isZero()) {
				this.ballots.failed(request.asked().name(), PairingRequests.unverified(request.id(), ex));
			}
			else {
				this.postponed
					.add(new Postponed(request, delivery, backoff, Deadline.in(pause, this.environment.ticker())));
			}
		}
	}

	/**
	 * Count a denial although the keys in force cannot be read. If it was tried again,
	 * approvals of others could reach the quorum before.
	 */
	private void deny(PairingRequest request, DecisionDelivery delivery) {
		try {
			this.ballots.voted(this.approvals.verifyUnused(request, delivery));
		}
		catch (AirlockGatewayException ex) {
			this.ballots.failed(request.asked().name(), ex);
		}
	}

	/**
	 * Verify the decisions again whose pause is over.
	 * @return whether there were any
	 */
	boolean isAnyRepeated() {
		List<Postponed> due = this.postponed.stream().filter((next) -> next.pause().isOver()).toList();
		repeat(due);
		return !due.isEmpty();
	}

	/**
	 * Verify all decisions again, and limit the time for that, since the caller was
	 * interrupted.
	 */
	void hurry() {
		this.deadline = this.deadline.within(PairingRequests.AFTER_INTERRUPT);
		repeat(List.copyOf(this.postponed));
	}

	private void repeat(List<Postponed> due) {
		this.postponed.removeAll(due);
		due.forEach((next) -> verify(next.request(), next.delivery(), next.backoff()));
	}

	/**
	 * Return the time until a decision is verified again.
	 * @return the time, or {@code null} if there is none
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
	void late(PairingRequest request, DecisionDelivery delivery) {
		try {
			this.ballots.notCounted(this.approvals.verifyUnused(request, delivery));
		}
		catch (AirlockGatewayException ex) {
			this.ballots.tampered(ex);
		}
	}

	/**
	 * Decision that is verified again after a pause.
	 */
	private record Postponed(PairingRequest request, DecisionDelivery delivery, Backoff backoff, Deadline pause) {
	}

}
