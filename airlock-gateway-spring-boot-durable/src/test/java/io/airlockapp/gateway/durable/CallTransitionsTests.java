/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.BallotTransitions.DecisionVerification;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.exchange.StruckVotes;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.Ciphertext;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link CallTransitions}: a change takes place from the state that was read
 * only, with the step that follows, and is published then.
 */
class CallTransitionsTests {

	private static final String RUN = "run-1";

	private static final StruckVotes NONE = new StruckVotes(Map.of(), Set.of());

	@AutoClose
	private final TestInstance instance = new TestInstance();

	private final ApprovalListener listener = mock();

	private final TransitionPublisher publisher = new TransitionPublisher(
			(event) -> this.instance.events.add(((DurableApprovalEvent) event).approval()), this.listener);

	private final DurableDependencies dependencies = new DurableDependencies(this.instance.store,
			this.instance.scheduler, this.instance.transactions, this.publisher, this.instance.dependencies.counts(),
			this.instance.settings, this.instance.clock);

	private final Transitions transitions = new Transitions(new CallTransitions(this.dependencies),
			new BallotTransitions(this.dependencies));

	private record Transitions(CallTransitions calls, BallotTransitions ballots) {
	}

	enum Change {

		SUBMIT(DurableState.RECORDED, DurableState.SUBMITTED, null,
				(transitions, call) -> transitions.ballots().submitted(asked(call))),

		APPROVE(DurableState.SUBMITTED, DurableState.DECIDED, Step.RUN,
				(transitions, call) -> transitions.ballots()
					.decide(asked(call), NONE, verification(call, Verdict.APPROVE))),

		REJECT(DurableState.SUBMITTED, DurableState.DENIED, Step.NOTIFY,
				(transitions, call) -> transitions.ballots()
					.decide(asked(call), NONE, verification(call, Verdict.REJECT))),

		FIND_TOO_LATE(DurableState.SUBMITTED, DurableState.TIMED_OUT, Step.NOTIFY,
				(transitions, call) -> transitions.ballots()
					.endUnused(asked(call), DurableState.TIMED_OUT, "FOUND_TOO_LATE",
							verification(call, Verdict.APPROVE))),

		REFUSE(DurableState.DECIDED, DurableState.REFUSED, Step.NOTIFY,
				(transitions, call) -> transitions.calls().end(call, DurableState.REFUSED, "NOT_VERIFIED")),

		CLAIM(DurableState.DECIDED, DurableState.CLAIMED, null,
				(transitions, call) -> transitions.calls().claim(call, RUN, "one", 10)),

		FINISH(DurableState.CLAIMED, DurableState.DONE, Step.NOTIFY,
				(transitions, call) -> transitions.calls().endRun(call, RUN, DurableState.DONE, null)),

		LOSE(DurableState.CLAIMED, DurableState.UNKNOWN, null,
				(transitions, call) -> transitions.calls().lose(call.id(), 1));

		private final DurableState from;

		private final DurableState to;

		private final @Nullable Step following;

		private final BiPredicate<Transitions, DurableCall> change;

		Change(DurableState from, DurableState to, @Nullable Step following,
				BiPredicate<Transitions, DurableCall> change) {
			this.from = from;
			this.to = to;
			this.following = following;
			this.change = change;
		}

	}

	@ParameterizedTest
	@EnumSource
	void changeIsStoredWithItsFollowingStepAndPublished(Change change) {
		DurableCall call = callIn(change.from);
		assertThat(change.change.test(this.transitions, call)).isTrue();
		assertThat(this.instance.state(call.id())).isEqualTo(change.to);
		assertThat(following(call)).isEqualTo(change.following);
		assertThat(this.instance.events).extracting(DurableApproval::state).containsExactly(change.to);
	}

	@ParameterizedTest
	@EnumSource
	void changeOfACallThatIsInAnotherStateMeanwhileHasNoEffect(Change change) {
		DurableCall call = callIn(change.from);
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'CANCELLED', ENDED_AT = 1");
		assertThat(change.change.test(this.transitions, call)).isFalse();
		assertThat(this.instance.state(call.id())).isEqualTo(DurableState.CANCELLED);
		assertThat(following(call)).isNull();
		assertThat(this.instance.events).isEmpty();
		assertThat(this.instance.store.findCall(call.id()).decision(Persons.unknown()))
			.isEqualTo(call.decision(Persons.unknown()));
	}

	@ParameterizedTest
	@EnumSource
	void changeThatIsRolledBackIsNotPublished(Change change) {
		DurableCall call = callIn(change.from);
		this.instance.transactions.fail(0, 1, false);
		assertThatExceptionOfType(TestInstance.ProcessDied.class)
			.isThrownBy(() -> change.change.test(this.transitions, call));
		assertThat(this.instance.state(call.id())).isEqualTo(change.from);
		assertThat(following(call)).isNull();
		assertThat(this.instance.events).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "APPROVE", "REJECT" })
	void decisionNotifiesListeners(Change change) {
		change.change.test(this.transitions, callIn(change.from));
		verify(this.listener).onDecidedLater(any(), any(), any());
	}

	@ParameterizedTest
	@EnumSource(names = { "SUBMIT", "CLAIM", "FINISH", "LOSE" })
	void otherChangesDoNotNotifyListeners(Change change) {
		change.change.test(this.transitions, callIn(change.from));
		verify(this.listener, never()).onDecidedLater(any(), any(), any());
	}

	@Test
	void decisionThatIsFoundTooLateIsKept() {
		DurableCall call = callIn(DurableState.SUBMITTED);
		Change.FIND_TOO_LATE.change.test(this.transitions, call);
		StoredDecision decision = this.instance.store.findCall(call.id()).decision(Persons.unknown());
		assertThat(decision.decision().isApproved()).isTrue();
	}

	@Test
	void decisionThatDoesNotVerifyChangesNothing() {
		DurableCall call = callIn(DurableState.SUBMITTED);
		DecisionVerification forged = (journal) -> {
			throw new IllegalStateException("forged");
		};
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.transitions.ballots().decide(asked(call), NONE, forged));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.transitions.ballots().endUnused(asked(call), DurableState.TIMED_OUT, null, forged));
		assertThat(this.instance.state(call.id())).isEqualTo(DurableState.SUBMITTED);
		assertThat(following(call)).isNull();
	}

	/**
	 * Record a call, and change it to a state.
	 */
	private DurableCall callIn(DurableState state) {
		String id = this.instance.record().id();
		DurableCall call = this.instance.store.findCall(id);
		SealedArtifact artifact = new SealedArtifact(new Ciphertext("AES-256-GCM", "ZGF0YQ==", "bm9uY2U=", "dGFn"),
				"pairing-1", List.of());
		assertThat(this.instance.store.seal(call.ballot(call.id()), artifact)).isTrue();
		if (state.compareTo(DurableState.SUBMITTED) >= 0) {
			assertThat(this.instance.store.submitted(call.ballot(call.id()), this.instance.now)).isTrue();
		}
		if (state.compareTo(DurableState.DECIDED) >= 0) {
			assertThat(this.instance.store.decided(id, this.instance.now)).isTrue();
			assertThat(this.instance.store.keep(call.ballot(id), decision(call, Verdict.APPROVE), this.instance.now))
				.isTrue();
		}
		if (state.compareTo(DurableState.CLAIMED) >= 0) {
			assertThat(this.instance.store.claim(id, RUN, "one", 10, this.instance.now)).isTrue();
		}
		this.instance.events.clear();
		this.instance.pass(Duration.ofSeconds(1));
		return this.instance.store.findCall(id);
	}

	private static AskedBallot asked(DurableCall call) {
		return new AskedBallot(call, call.ballot(call.id()));
	}

	private @Nullable Step following(DurableCall call) {
		if (this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.RUN, call.id()) > 0) {
			return Step.RUN;
		}
		return (this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id()) > 0) ? Step.NOTIFY : null;
	}

	private static DecisionVerification verification(DurableCall call, Verdict verdict) {
		return (journal) -> decision(call, verdict);
	}

	private static StoredDecision decision(DurableCall call, Verdict verdict) {
		DecisionEvidence evidence = new DecisionEvidence(call.id(), call.ballot(call.id()).hash(),
				(verdict == Verdict.APPROVE) ? "approve" : "reject", SignatureForm.TEXT, "signed", "c2ln", "key-1",
				"key");
		return new StoredDecision(new ApprovalDecision(call.id(), verdict, null, "key-1", "fingerprint", evidence),
				null);
	}

}
