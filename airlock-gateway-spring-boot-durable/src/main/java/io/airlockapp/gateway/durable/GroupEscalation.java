/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.airlockapp.gateway.approvers.Ballot;
import io.airlockapp.gateway.approvers.Ballot.State;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Tally;
import io.airlockapp.gateway.approvers.Tally.Outcome;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StruckVotes;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;

/**
 * Opens the ballots of groups: of those who are asked first, and of those of the steps of
 * an escalation, each with a step of its own. All of it takes place in the transaction
 * that has locked the call. Which steps were asked follows from the ballots and the time.
 */
record GroupEscalation(DurableDependencies dependencies) {

	/**
	 * Ask those who are asked first, and schedule the escalation.
	 * @return the call with its ballots
	 */
	DurableCall begin(DurableCall call) {
		DurableCall asked = ask(call, call.approvers().pairings(), 0);
		List<EscalationStep> steps = call.approvers().escalation();
		if (!steps.isEmpty()) {
			Instant now = this.dependencies.clock().instant();
			this.dependencies.store().askSince(call.id(), now);
			this.dependencies.scheduler().schedule(Step.ESCALATE, call.id(), now.plus(steps.get(0).after()));
		}
		return askDue(asked);
	}

	/**
	 * Ask the steps that are due, and those without which the quorum is out of reach, in
	 * their order. A step that was asked before asks those whom it left out, if they are
	 * needed after all.
	 * @return the call with the added ballots
	 */
	DurableCall askDue(DurableCall call) {
		boolean undecided = !isOver(call.approval().expiresAt()) && count(call).outcome() == Outcome.UNDECIDED;
		if (!undecided || call.approvers().escalation().isEmpty()) {
			return call;
		}
		DurableCall asked = call;
		Instant since = this.dependencies.store().findAskedSince(call.id());
		for (int index = 0; index < call.approvers().escalation().size(); index++) {
			boolean due = isOver(since.plus(call.approvers().escalation().get(index).after()));
			if (!due && !wasAsked(asked, index + 1) && !isNeededNow(asked, index)) {
				return asked;
			}
			List<String> pairings = new Tally(call.approvers(), this.dependencies.persons()).toAsk(index,
					asked.toBallots());
			asked = ask(asked, pairings, due ? index + 1 : -(index + 1));
		}
		return asked;
	}

	private static boolean wasAsked(DurableCall call, int number) {
		return call.ballots().stream().anyMatch((ballot) -> ballot.stepNumber() >= number);
	}

	/**
	 * Return whether a step asks regardless of its time. That is also so if nobody else
	 * was asked, since all who come first are the requester's.
	 */
	private boolean isNeededNow(DurableCall call, int index) {
		return call.ballots().isEmpty()
				|| new Tally(call.approvers(), this.dependencies.persons()).judge(call.toBallots(), index).stepDue();
	}

	/**
	 * Ask those again who were needless because of votes that do not count any more. Who
	 * still is, is not sent a request.
	 * @return the call with the added ballots
	 */
	DurableCall askNeedless(DurableCall call) {
		DurableCall asked = call;
		if (!isOver(call.approval().expiresAt())) {
			for (StoredBallot ballot : call.ballots()) {
				if (StruckVotes.NEEDLESS.equals(ballot.problem()) && asked.ballots()
					.stream()
					.noneMatch((other) -> other.pairing().equals(ballot.pairing()) && !other.isSettled())) {
					asked = ask(asked, List.of(ballot.pairing()), ballot.step());
				}
			}
		}
		return asked;
	}

	private DurableCall ask(DurableCall call, List<String> pairings, int step) {
		List<StoredBallot> added = pairings.stream()
			.map((pairing) -> StoredBallot.of("req-" + UUID.randomUUID(), call.id(), pairing, step, call.plaintext(),
					call.approvers().escalation()))
			.toList();
		this.dependencies.store().insert(added);
		Instant turn = this.dependencies.clock().instant();
		for (StoredBallot ballot : added) {
			this.dependencies.scheduler().scheduleFirst(Step.ASK_FIRST, ballot.id(), turn);
			// So that the requests of one call do not delay those of others
			turn = turn.plus(this.dependencies.pace());
		}
		DurableCall asked = call;
		for (StoredBallot ballot : added) {
			asked = asked.with(ballot);
		}
		return asked;
	}

	/**
	 * Count the votes. After the expiry, those who were not asked are not asked any more.
	 */
	Tally.Result count(DurableCall call) {
		List<Ballot> ballots = new ArrayList<>(call.toBallots());
		if (isOver(call.approval().expiresAt())) {
			call.approvers()
				.members()
				.stream()
				.filter((member) -> ballots.stream().noneMatch((ballot) -> ballot.pairing().equals(member)))
				.toList()
				.forEach((member) -> ballots.add(Ballot.of(member, State.LOST)));
		}
		return new Tally(call.approvers(), this.dependencies.persons()).judge(ballots, 0);
	}

	private boolean isOver(Instant time) {
		return !this.dependencies.clock().instant().isBefore(time);
	}

}
