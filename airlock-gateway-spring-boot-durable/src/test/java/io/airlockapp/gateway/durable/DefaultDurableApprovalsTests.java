/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.durable.TestInstance.StandingTicker;
import io.airlockapp.gateway.durable.jdbc.RunTransactionListener;
import io.airlockapp.gateway.durable.method.ApprovedCalls;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.never;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link DefaultDurableApprovals}.
 */
class DefaultDurableApprovalsTests extends StepTests {

	private final DurableApprovals approvals = this.instance.approvals();

	@Test
	void findsCalls() {
		DurableApproval first = this.instance.record();
		DurableApproval second = this.instance.record();
		List<String> ids = List.of(first.id(), second.id()).stream().sorted().toList();
		assertThat(this.approvals.find(first.id())).contains(first);
		assertThat(this.approvals.find("req-unknown")).isEmpty();
		assertThat(this.approvals.find(DurableState.open(), null, 1)).extracting(DurableApproval::id)
			.containsExactly(ids.get(0));
		assertThat(this.approvals.find(DurableState.open(), ids.get(0), 1000)).extracting(DurableApproval::id)
			.containsExactly(ids.get(1));
		assertThat(this.approvals.find(EnumSet.of(DurableState.DONE), null, 10)).isEmpty();
		assertThat(this.approvals.find(Set.of(), null, 10)).isEmpty();
	}

	@Test
	void decisionIsFoundFromItsReceiptOn() {
		DurableApproval call = this.instance.record();
		this.ask.perform(call.id());
		assertThat(this.approvals.decision(call.id())).isEmpty();
		assertThat(this.approvals.decision("req-unknown")).isEmpty();
		assertThat(this.instance.gateway.decide(call.id(), "reject")).isTrue();
		this.ask.perform(call.id());
		assertState(call.id(), DurableState.DENIED);
		assertThat(this.approvals.decision(call.id())).hasValueSatisfying((decision) -> {
			assertThat(decision.requestId()).isEqualTo(call.id());
			assertThat(decision.isApproved()).isFalse();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "AIRLOCK_DURABLE SET LABEL = 'Other'", "AIRLOCK_DURABLE_BALLOT SET DECISION = 'changed'",
			"AIRLOCK_DURABLE_BALLOT SET PAIRING = 'other'", "AIRLOCK_DURABLE SET PLAINTEXT = 'changed'" })
	void decisionOfAChangedRowIsNotFound(String change) {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE " + change);
		assertThat(this.approvals.decision(call.id())).isEmpty();
		this.instance.run((approved, claim) -> ApprovedCalls.Result.DONE, new StandingTicker()).perform(call.id(), 1);
		assertThat(this.approvals.find(call.id()).orElseThrow().problem()).isEqualTo("NOT_VERIFIED");
		assertThat(this.approvals.decision(call.id())).isEmpty();
	}

	@Test
	void textsOfAChangedRowAreNotPublished() {
		DurableApproval call = this.instance.record();
		DurableApproval decided = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET LABEL = 'Other', GATE = 'Other.method'");
		assertThat(this.approvals.cancel(call.id())).isTrue();
		assertThat(this.approvals.cancel(decided.id())).isTrue();
		assertThat(this.instance.events)
			.filteredOn((event) -> event.state() == DurableState.CANCELLING || event.state() == DurableState.CANCELLED)
			.hasSize(2)
			.allSatisfy((event) -> {
				assertThat(event.label()).isEqualTo("unverified");
				assertThat(event.gate()).isEqualTo("unverified");
			});
	}

	@Test
	void textsOfACancelledCallArePublished() {
		DurableApproval call = decided();
		assertThat(this.approvals.cancel(call.id())).isTrue();
		assertThat(this.instance.events).last().satisfies((event) -> {
			assertThat(event.state()).isEqualTo(DurableState.CANCELLED);
			assertThat(event.label()).isEqualTo("Pay");
			assertThat(event.gate()).isEqualTo("Payouts.pay");
		});
	}

	/**
	 * The connection of the transaction is bound to the thread after the commit, too, and
	 * would lose what a listener writes.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void operationIsPublishedOutsideOfItsTransaction(boolean ofCaller) {
		DurableApproval waiting = this.instance.record();
		this.ask.perform(waiting.id());
		DurableApproval decided = decided();
		Runnable operations = () -> {
			assertThat(this.approvals.cancel(waiting.id())).isTrue();
			assertThat(this.approvals.cancel(decided.id())).isTrue();
		};
		if (ofCaller) {
			this.instance.callers.executeWithoutResult((status) -> operations.run());
		}
		else {
			operations.run();
		}
		assertThat(this.instance.events).extracting(DurableApproval::state)
			.contains(DurableState.CANCELLING, DurableState.CANCELLED);
		assertThat(this.instance.publishedInTransaction).containsOnly(DurableState.RECORDED);
	}

	@Test
	void textsBeginNoLineOfALog() {
		DurableApproval call = this.instance.record();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET LABEL = ?, PROBLEM = ?", "Pay\nApproval req-1",
				"none\u2028\u202eApproval");
		assertThat(this.approvals.find(call.id())).hasValueSatisfying((found) -> {
			assertThat(found.label()).isEqualTo("Pay Approval req-1");
			assertThat(found.problem()).isEqualTo("none Approval");
		});
	}

	@Test
	void callWhoseNameHasALineBreakIsVerified() {
		CallRecorder recorder = this.instance.recorder();
		String id = recorder.record(new WrittenCall("payouts#pay(java.lang.String)",
				ApprovalRequest.builder("Pay\u2028now", "Payouts.pay()").gate("Payouts\n.pay").build(), "{}", "{}",
				null));
		assertThat(this.instance.store.findCall(id).plaintext()).isNotNull();
	}

	@Test
	void decisionOfACopyIsNotFound() {
		DurableApproval call = decided();
		this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET ID = 'req-copy'");
		assertThat(this.approvals.decision("req-copy")).isEmpty();
		assertThat(this.approvals.decision(call.id())).isEmpty();
	}

	@Test
	void limitIsLimited() {
		for (int limit : new int[] { 0, -1, 1001 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.approvals.find(DurableState.open(), null, limit))
				.withMessageContaining("from 1 to 1000");
		}
	}

	@Test
	void recordingRequiresOneCall() {
		CallRecorder recorder = this.instance.recorder();
		DurableApprovals recording = new DefaultDurableApprovals(this.instance.dependencies, recorder,
				this.instance.callers, this.instance.callers.reading());
		DurableApproval recorded = recording.recording(() -> recorder.record(TestInstance.call())).orElseThrow();
		assertThat(recording.find(recorded.id())).contains(recorded);
		assertThatIllegalStateException().isThrownBy(() -> recording.recording(() -> {
		})).withMessageContaining("No call of a durable method");
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> recording.recording(() -> {
			recorder.record(TestInstance.call());
			recorder.record(TestInstance.call());
		})).withMessageContaining("Call 'recording' for each call");
		assertThat(recording.find(DurableState.open(), null, 10)).hasSize(2);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> recording.recording(" ", () -> recorder.record(TestInstance.call())))
			.withMessageContaining("'key'");
	}

	@Test
	void undecidedCallIsToBeWithdrawn() {
		for (boolean submitted : new boolean[] { false, true }) {
			DurableApproval call = this.instance.record();
			if (submitted) {
				this.ask.perform(call.id());
			}
			this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
			this.instance.events.clear();
			assertThat(this.approvals.cancel(call.id())).isTrue();
			assertState(call.id(), DurableState.CANCELLING);
			assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ASK_FIRST, call.id())).isEqualTo(1);
			assertThat(this.instance.events).extracting(DurableApproval::state)
				.containsExactly(DurableState.CANCELLING);
			assertThat(this.approvals.cancel(call.id())).isTrue();
			this.ask.perform(call.id());
			assertState(call.id(), DurableState.CANCELLED);
			assertThat(this.approvals.cancel(call.id())).isTrue();
		}
	}

	@Test
	void decidedCallIsCancelledAtOnce() {
		DurableApproval call = decided();
		this.instance.events.clear();
		assertThat(this.approvals.cancel(call.id())).isTrue();
		assertState(call.id(), DurableState.CANCELLED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isEqualTo(1);
		assertThat(this.instance.events).extracting(DurableApproval::state).containsExactly(DurableState.CANCELLED);
	}

	@Test
	void callThatIsDecidedDuringItsCancellationIsCancelled() {
		DurableApproval call = this.instance.record();
		this.ask.perform(call.id());
		DurableCallStore store = mock(DurableCallStore.class, delegatesTo(this.instance.store));
		willAnswer((invocation) -> {
			boolean ended = this.instance.store.cancelled(call.id(), this.instance.now);
			this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'DECIDED' WHERE STATE = 'SUBMITTED'");
			return ended;
		}).given(store).cancelled(any(), any());
		assertThat(approvals(store).cancel(call.id())).isTrue();
		assertThat(this.instance.state(call.id())).isNotEqualTo(DurableState.DECIDED);
	}

	/**
	 * Such an update keeps others from insertions in MariaDB.
	 */
	@Test
	void nothingIsUpdatedForACallThatDoesNotExist() {
		DurableCallStore store = mock(DurableCallStore.class, delegatesTo(this.instance.store));
		DurableApprovals unknown = approvals(store);
		assertThat(unknown.cancel("req-unknown")).isFalse();
		assertThat(unknown.resolve("req-unknown", Resolution.RAN)).isFalse();
		verify(store, never()).cancelling(any());
		verify(store, never()).cancelled(any(), any());
		verify(store, never()).resolve(any(), any(), any());
	}

	@Test
	void callThatWasClaimedIsNotCancelled() {
		DurableApproval call = claimed();
		for (DurableState state : EnumSet.of(DurableState.CLAIMED, DurableState.UNKNOWN, DurableState.DONE,
				DurableState.DENIED)) {
			this.instance.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = ?", state.name());
			assertThat(this.approvals.cancel(call.id())).isFalse();
			assertThat(this.instance.state(call.id())).isEqualTo(state);
		}
		assertThat(this.approvals.cancel("req-unknown")).isFalse();
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isZero();
	}

	@Test
	void cancellationWhenNestedTransactionIsRolledBackIsNotPublished() {
		DurableApproval call = decided();
		DurableApproval other = decided();
		this.instance.events.clear();
		JdbcTransactionManager manager = new JdbcTransactionManager(this.instance.dataSource);
		manager.setTransactionExecutionListeners(
				List.of(new RunTransactionListener(this.instance.dataSource, this.instance.clock)));
		TransactionTemplate nested = new TransactionTemplate(manager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		new TransactionTemplate(manager).executeWithoutResult((status) -> {
			assertThat(this.approvals.cancel(other.id())).isTrue();
			nested.executeWithoutResult((inner) -> {
				assertThat(this.approvals.cancel(call.id())).isTrue();
				inner.setRollbackOnly();
			});
		});
		assertState(call.id(), DurableState.DECIDED);
		assertState(other.id(), DurableState.CANCELLED);
		assertThat(this.instance.events).extracting(DurableApproval::id).containsOnly(other.id());
	}

	@Test
	void cancellationThatIsRolledBackIsNotPublished() {
		DurableApproval call = decided();
		this.instance.events.clear();
		this.instance.callers.executeWithoutResult((status) -> {
			assertThat(this.approvals.cancel(call.id())).isTrue();
			status.setRollbackOnly();
		});
		assertState(call.id(), DurableState.DECIDED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isZero();
		assertThat(this.instance.events).isEmpty();
	}

	@Test
	void callThatIsToStartAgainMeanwhileEndsAsFailed() {
		DurableApproval call = claimed();
		DurableCallStore store = mock(DurableCallStore.class, delegatesTo(this.instance.store));
		willAnswer((cancelling) -> {
			assertThat(this.instance.store.startAgain(call.id(), "run-1", "failed", 2, this.instance.now)).isTrue();
			return false;
		}).given(store).cancelling(call.id());
		assertThat(approvals(store).cancel(call.id())).isTrue();
		assertState(call.id(), DurableState.FAILED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isEqualTo(1);
	}

	@Test
	void onlyACallWithUnknownOutcomeIsResolved() {
		DurableApproval call = claimed();
		assertThat(this.approvals.resolve(call.id(), Resolution.RAN)).isFalse();
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isZero();
		this.instance.store.lose(call.id(), 1);
		this.instance.events.clear();
		assertThat(this.approvals.resolve(call.id(), Resolution.RAN)).isTrue();
		assertState(call.id(), DurableState.RESOLVED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_RUN", Step.NOTIFY, call.id())).isEqualTo(1);
		assertThat(this.instance.events).extracting(DurableApproval::state).containsExactly(DurableState.RESOLVED);
		assertThat(this.approvals.resolve(call.id(), Resolution.DID_NOT_RUN)).isFalse();
		assertThat(this.approvals.find(call.id()).orElseThrow().problem()).isEqualTo("RAN");
	}

	private DurableApprovals approvals(DurableCallStore store) {
		return new DefaultDurableApprovals(dependencies(store), this.instance.recorder(), this.instance.callers,
				this.instance.callers.reading());
	}

	private DurableApproval claimed() {
		DurableApproval call = decided();
		assertThat(this.instance.store.claim(call.id(), "run-1", "one", 10, this.instance.now)).isTrue();
		return call;
	}

}
