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

	private final ApprovalDeadline deadline;

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
		verify(request, delivery, new Backoff(this.environment.random()), false);
	}

	private void verify(PairingRequest request, DecisionDelivery delivery, Backoff backoff, boolean last) {
		String pairing = request.asked().name();
		try {
			this.ballots.voted(this.approvals.verify(request, delivery));
		}
		catch (ApprovalUnavailableException | ApprovalVerificationException | ApprovalTimeoutException ex) {
			this.ballots.failed(pairing, ex);
		}
		catch (Throwable ex) {
			Duration pause = backoff.next(null);
			if (last || pause.compareTo(this.deadline.remaining()) >= 0) {
				this.ballots.failed(pairing, PairingRequests.unverified(request.id(), ex));
			}
			else {
				this.postponed
					.add(new Postponed(request, delivery, backoff, Deadline.in(pause, this.environment.ticker())));
			}
		}
	}

	/**
	 * Verify the decisions again whose pause is over.
	 * @param last whether they are all verified, for the last time
	 * @return whether there were any
	 */
	boolean isAnyRepeated(boolean last) {
		List<Postponed> due = this.postponed.stream().filter((next) -> last || next.pause().isOver()).toList();
		this.postponed.removeAll(due);
		due.forEach((next) -> verify(next.request(), next.delivery(), next.backoff(), last));
		return !due.isEmpty();
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
