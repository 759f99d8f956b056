/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.durable.TestInstance.HiddenContext;
import io.airlockapp.gateway.durable.TestInstance.TestContext;
import io.airlockapp.gateway.durable.method.WrittenCall;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.HarpJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link CallRecorder}.
 */
class CallRecorderTests extends StepTests {

	@Test
	void recordedCallIsScheduledAtOnceAndPublished() {
		DurableApproval call = this.instance.record();
		assertState(call.id(), DurableState.RECORDED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ASK_FIRST, call.id())).isEqualTo(1);
		assertThat(this.instance.events).containsExactly(call);
	}

	@Test
	void pollsOfExistingRequestsPrecedeNewRequests() {
		DurableApproval submitted = this.instance.record();
		NextStep look = this.ask.perform(submitted.id());
		this.instance.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		this.instance.callers.executeWithoutResult(
				(status) -> this.instance.scheduler.schedule(look.step(), submitted.id(), look.time()));
		DurableApproval recorded = this.instance.record();
		assertThat(priority(submitted)).isGreaterThan(priority(recorded));
	}

	private int priority(DurableApproval call) {
		return this.instance.jdbc.queryForObject("SELECT PRIORITY FROM AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE = ?",
				Integer.class, call.id());
	}

	@Test
	void plaintextContainsWhatTheSignatureHasToCover() {
		TestContext context = new TestContext("tenant", Map.of("id", "7"), NOTHING, NOTHING);
		TestContext empty = new TestContext("other", Map.of(), NOTHING, NOTHING);
		DurableApproval approval = this.instance.record(context, empty);
		DurableCall call = this.instance.store.findCall(approval.id());
		JsonNode plaintext = HarpJson.mapper().readTree(call.plaintext());
		assertThat(plaintext.path("requestId").asString()).isEqualTo(approval.id());
		assertThat(plaintext.path("target").asString()).isEqualTo("payouts#pay(java.lang.String)");
		assertThat(plaintext.path("startBy").asString()).startsWith("2026-11-26T10:35:00");
		assertThat(plaintext.path("context").toString()).isEqualTo("{\"tenant\":{\"id\":\"7\"}}");
		assertThat(call.ballot(call.id()).hash())
			.isEqualTo(ArtifactHash.of(call.plaintext().getBytes(StandardCharsets.UTF_8)));
		assertThat(approval.expiresAt()).isEqualTo(TestInstance.START.plus(TestInstance.TIMEOUT));
		assertThat(approval.startBy()).isEqualTo(approval.expiresAt().plusSeconds(300));
	}

	@Test
	void gateIsThatOfTheRequestElseTheTarget() {
		assertThat(this.instance.record().gate()).isEqualTo("Payouts.pay");
		CallRecorder recorder = this.instance.recorder();
		WrittenCall withoutGate = new WrittenCall("payouts#pay()",
				ApprovalRequest.builder("Pay", "Payouts.pay()").build(), "{}", "{}", null);
		assertThat(recorder.recording(null, () -> recorder.record(withoutGate)).map(DurableApproval::gate))
			.contains("payouts#pay()");
	}

	@Test
	void callIsRefusedAfterTheApplicationStopped() {
		CallRecorder recorder = this.instance.recorder();
		recorder.close();
		assertRefused(recorder, TestInstance.call(), "The application is shutting down");
	}

	@Test
	void halfOfThePlacesIsForOneMethodAndHalfForOneRequester() {
		int half = this.instance.settings.maxPending() / 2;
		CallRecorder recorder = this.instance.recorder();
		for (int i = 0; i < half; i++) {
			recorder.record(call("Comments.add", "a" + i, null));
		}
		assertThatRefused(recorder, call("Comments.add", "b", "ann"), "500 calls of it wait");
		assertThatRefused(recorder, call("Comments.add", "b", null), "500 calls of it wait");
		// The first one of another method has a place even if nobody has a name
		recorder.record(call("Payouts.pay", "c", null));
		assertThatRefused(recorder, call("Payouts.pay", "d", null), "500 calls without a requester wait");
		for (int i = 0; i < half - 1; i++) {
			recorder.record(call("Payouts.pay", "e" + i, "ann"));
		}
		assertThatRefused(recorder, call("Payouts.close", "f", "eve"), "1000 calls wait");
		assertThat(rows("AIRLOCK_DURABLE")).isEqualTo(this.instance.settings.maxPending());
	}

	@Test
	void oneRequesterHasHalfOfThePlaces() {
		CallRecorder recorder = this.instance.recorder();
		for (int i = 0; i < this.instance.settings.maxPending() / 2; i++) {
			recorder.record(call("Comments." + i, "a", "eve"));
		}
		assertThatRefused(recorder, call("Payouts.pay", "a", "eve"), "500 calls of the same requester wait");
		assertThatRefused(recorder, call("Payouts.pay", "a", "Eve"), "500 calls of the same requester wait");
		recorder.record(call("Payouts.pay", "a", "ann"));
		assertThat(this.instance.jdbc.queryForList("SELECT DISTINCT REQUESTER FROM AIRLOCK_DURABLE", String.class))
			.hasSize(2)
			.doesNotContain("eve", "ann");
	}

	@Test
	void equalCallIsRefusedWhileOneWaits() {
		CallRecorder recorder = this.instance.recorder(TestInstance.settings(Duration.ofMinutes(5), 1));
		String id = recorder.record(call("Payouts.pay", "a", "ann"));
		assertThatExceptionOfType(ApprovalPendingException.class)
			.isThrownBy(() -> recorder.record(call("Payouts.pay", "a", "ann")))
			.withMessageContaining("airlock.gateway.approval.limits.duplicates");
		recorder.record(call("Payouts.pay", "a", "eve"));
		recorder.record(call("Payouts.pay", "b", "ann"));
		assertThat(this.instance.approvals().cancel(id)).isTrue();
		recorder.record(call("Payouts.pay", "a", "ann"));
	}

	@Test
	void equalCallWithAnotherContextIsAnotherOne() {
		Map<String, String> values = new HashMap<>(Map.of("id", "7"));
		CallRecorder recorder = this.instance.recorder(TestInstance.settings(Duration.ofMinutes(5), 1),
				new TestContext("tenant", values, NOTHING, NOTHING));
		recorder.record(call("Payouts.pay", "a", null));
		assertThatExceptionOfType(ApprovalPendingException.class)
			.isThrownBy(() -> recorder.record(call("Payouts.pay", "a", null)));
		values.put("id", "8");
		recorder.record(call("Payouts.pay", "a", null));
	}

	/**
	 * Approvers could not tell them apart.
	 */
	@Test
	void callWithOtherHiddenValuesIsEqual() {
		Map<String, String> values = new HashMap<>(Map.of("id", "7"));
		CallRecorder recorder = this.instance.recorder(TestInstance.settings(Duration.ofMinutes(5), 1),
				new HiddenContext("session", values, new HashMap<>()));
		recorder.record(call("Payouts.pay", "a", null));
		values.put("id", "8");
		assertThatExceptionOfType(ApprovalPendingException.class)
			.isThrownBy(() -> recorder.record(call("Payouts.pay", "a", null)));
	}

	@Test
	void asManyEqualCallsWaitAsAreAllowed() {
		CallRecorder recorder = this.instance.recorder(TestInstance.settings(Duration.ofMinutes(5), 2));
		this.instance.callers.executeWithoutResult((status) -> {
			String first = recorder.record(call("Payouts.pay", "a", "ann"));
			recorder.record(call("Payouts.pay", "a", "ann"));
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> recorder.record(call("Payouts.pay", "a", "ann")))
				.withMessageContaining("2 decisions");
			assertThat(this.instance.approvals().cancel(first)).isTrue();
			recorder.record(call("Payouts.pay", "a", "ann"));
		});
		assertThat(rows("AIRLOCK_DURABLE")).isEqualTo(3);
	}

	@Test
	void contextsAreLinesOfTheCommand() {
		TestContext tenant = new TestContext("tenant", Map.of("id", "7", "name", "acme\ncontext x: y"), NOTHING,
				NOTHING);
		HiddenContext session = new HiddenContext("session", Map.of("token", "s3cr3t"), new HashMap<>());
		DurableApproval approval = this.instance.record(session, tenant);
		DurableCall call = this.instance.store.findCall(approval.id());
		assertThat(call.commandText()).isEqualTo(
				"Payouts.pay(\"ann\")\ncontext tenant: id=7, name=\"acme\\u000acontext x: y\"\ncontext session: •••");
		assertThat(call.plaintext()).contains("\"hiddenContext\":{\"session\":{}}").doesNotContain("s3cr3t");
		assertThat(call.arguments()).isEqualTo("{\"session\":{\"token\":\"s3cr3t\"}}\n{}");
		assertThat(HarpJson.mapper().readTree(call.plaintext()).path("argumentsHash").asString())
			.isEqualTo(ArtifactHash.of(call.arguments().getBytes(StandardCharsets.UTF_8)));
	}

	@Test
	void commandThatIsTooLongWithItsContextsIsRefused() {
		TestContext context = new TestContext("tenant", Map.of("id", "x".repeat(4000)), NOTHING, NOTHING);
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> this.instance.record(context))
			.withMessageContaining("too long to be shown");
	}

	@Test
	void contextThatCapturesNullIsRefused() {
		TestContext context = new TestContext("tenant", Collections.singletonMap("id", null), NOTHING, NOTHING);
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> this.instance.record(context))
			.withMessage("The DurableContext 'tenant' captured null for 'id': leave it out");
	}

	@Test
	void callsOfOneCallerAreSubmittedInTurns() {
		CallRecorder recorder = this.instance.recorder();
		for (int i = 0; i < 4; i++) {
			assertThat(turn(recorder, call("Payouts.pay", "a" + i, null))).isEqualTo(Duration.ofSeconds(2 * i));
			assertThat(turn(recorder, call("Payouts.pay", "b" + i, "eve"))).isEqualTo(Duration.ofSeconds(2 * i));
		}
		assertThat(turn(recorder, call("Payouts.close", "c", null))).isZero();
		assertThat(turn(recorder, call("Payouts.pay", "d", "ann"))).isZero();
	}

	@Test
	void turnIsNotAfterTheExpiry() {
		CallRecorder recorder = this.instance.recorder();
		for (int i = 0; i < 10; i++) {
			turn(recorder, call("Payouts.pay", "a" + i, "eve"));
		}
		WrittenCall brief = new WrittenCall("payouts#pay(java.lang.String)",
				ApprovalRequest.builder("Pay", "Payouts.pay()")
					.gate("Payouts.pay")
					.timeout(Duration.ofSeconds(10))
					.build(),
				"{}", "brief", "eve");
		assertThat(turn(recorder, brief)).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void submittedCallsDelayNoFurtherOne() {
		DurableApproval first = this.instance.record();
		this.ask.perform(first.id());
		assertState(first.id(), DurableState.SUBMITTED);
		this.instance.pass(Duration.ofSeconds(15));
		assertThat(turn(this.instance.recorder(), call("Payouts.pay", "a", null))).isZero();
	}

	private Duration turn(CallRecorder recorder, WrittenCall call) {
		String id = recorder.record(call);
		return Duration.between(this.instance.now, this.instance.jdbc.queryForObject(
				"SELECT EXECUTION_TIME FROM AIRLOCK_DURABLE_ASK WHERE TASK_INSTANCE = ?", OffsetDateTime.class, id));
	}

	private static WrittenCall call(String gate, String argument, String requester) {
		return new WrittenCall("bean#" + gate, ApprovalRequest.builder("Pay", gate).gate(gate).build(), "{}", argument,
				requester);
	}

	private static void assertThatRefused(CallRecorder recorder, WrittenCall call, String message) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> recorder.record(call))
			.withMessageContainingAll(message, "airlock.gateway.durable.max-pending");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void callIsInTheTransactionOfItsCaller(CapturedOutput output) {
		CallRecorder recorder = this.instance.recorder();
		this.instance.callers.executeWithoutResult((status) -> {
			recorder.record(TestInstance.call());
			status.setRollbackOnly();
		});
		assertThat(output).doesNotContain("recorded");
		assertThat(rows("AIRLOCK_DURABLE")).isZero();
		assertThat(rows("AIRLOCK_DURABLE_ASK")).isZero();
	}

	@Test
	void callIsRecordedWithoutLookingForItsStep() {
		this.instance.record();
		assertInsertsTwoRows(() -> this.instance.record());
	}

	/**
	 * A statement that reads would take the snapshot of the caller's transaction.
	 */
	@Test
	void callWithAKeyIsRecordedWithoutReading() {
		CallRecorder recorder = this.instance.recorder();
		record(recorder, "order-1", TestInstance.call());
		assertInsertsTwoRows(() -> record(recorder, "order-2", TestInstance.call()));
	}

	private void assertInsertsTwoRows(Runnable recording) {
		this.instance.jdbc.execute("SET QUERY_STATISTICS TRUE");
		this.instance.callers.executeWithoutResult((status) -> recording.run());
		assertThat(this.instance.jdbc.queryForList(
				"SELECT SQL_STATEMENT FROM INFORMATION_SCHEMA.QUERY_STATISTICS WHERE SQL_STATEMENT ILIKE '%AIRLOCK%'",
				String.class))
			.hasSize(2)
			.allMatch((statement) -> statement.toUpperCase(Locale.ROOT).startsWith("INSERT INTO"));
	}

	@Test
	void openCallWithAKeyIsFoundThoughNoFurtherCallIsAdmitted() {
		DurableSettings two = new DurableSettings("one", "command.review", Duration.ofHours(1), Duration.ofMinutes(5),
				2, 0, 4, 4, 30, Duration.ofSeconds(25), Duration.ofMinutes(2), 1, Duration.ofSeconds(40),
				ApproverGroups.none());
		CallRecorder recorder = this.instance.recorder(two);
		DurableApproval first = record(recorder, "order-1", call("Payouts.pay", "a", "ann"));
		assertThat(record(recorder, "order-1", call("Payouts.pay", "a", "ann"))).isEqualTo(first);
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> record(recorder, "order-2", call("Payouts.pay", "a", "ann")))
			.withMessageContaining("max-pending");
	}

	@Test
	void commitWithUnknownResultIsReported() {
		for (boolean committed : List.of(true, false)) {
			CallRecorder recorder = this.instance.recorder(new TransactionOperations() {

				@Override
				public <T> T execute(TransactionCallback<T> action) {
					CallRecorderTests.this.instance.callers.executeWithoutResult((status) -> {
						action.doInTransaction(status);
						if (!committed) {
							status.setRollbackOnly();
						}
					});
					throw new DataAccessResourceFailureException("The connection is closed");
				}

			});
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> recorder.record(TestInstance.call()))
				.satisfies((failure) -> assertThat(failure.getRequestId()).startsWith("req-"))
				.withMessageContainingAll("not known", "DurableApprovals.find")
				.withMessageNotContaining("never runs");
		}
		assertThat(this.instance.jdbc.queryForList("SELECT ID FROM AIRLOCK_DURABLE")).hasSize(1);
	}

	@Test
	void callThatIsNotInsertedNeverRuns() {
		this.instance.jdbc.execute("ALTER TABLE AIRLOCK_DURABLE_ASK RENAME TO ELSEWHERE");
		assertRefused(this.instance.recorder(), TestInstance.call(), "so it never runs");
	}

	@Test
	void duplicateKeyOfAListenerIsNotThatOfACall() {
		CallRecorder recorder = recorder(this.instance.store, new TransitionPublisher((event) -> {
			throw new DuplicateKeyException("of the listener");
		}, mock()), 1);
		assertRefused(recorder, TestInstance.call(), "so it never runs");
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> record(recorder, "order-1", TestInstance.call()))
			.withMessageContaining("so it never runs");
	}

	@Test
	void recordingInsideOfAnotherIsRefused() {
		CallRecorder recorder = this.instance.recorder();
		DurableApproval recorded = recorder.recording(null, () -> {
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> record(recorder, "order-1", TestInstance.call()))
				.withMessageContaining("cannot call 'recording' itself");
			recorder.record(TestInstance.call());
		}).orElseThrow();
		assertThat(this.instance.events).containsExactly(recorded);
	}

	@Test
	void callWithoutApprovalIsNotRecorded() {
		CallRecorder recorder = this.instance.recorder();
		assertThat(recorder.recording(null, () -> recorder.starting("Payouts.pay"))).isEmpty();
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> recorder.recording(null, () -> {
			recorder.record(TestInstance.call());
			recorder.starting("Payouts.pay");
		})).withMessageStartingWith("Payouts.pay is not called");
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> recorder.recording(null, () -> {
			recorder.starting("Payouts.pay");
			recorder.record(TestInstance.call());
		}));
		recorder.starting("Payouts.pay");
		assertThat(this.instance.events).hasSize(1);
	}

	@Test
	void callThatIsRefusedDoesNotPreventAnother() {
		CallRecorder recorder = this.instance.recorder(TestInstance.settings(Duration.ofMinutes(5), 1));
		recorder.record(call("Payouts.pay", "a", null));
		assertThat(recorder.recording(null, () -> {
			assertThatExceptionOfType(ApprovalPendingException.class)
				.isThrownBy(() -> recorder.record(call("Payouts.pay", "a", null)));
			recorder.record(call("Payouts.pay", "b", null));
		})).isPresent();
	}

	/**
	 * A handler of denials can handle the refusal, which must not look like no call.
	 */
	@Test
	void refusalThatIsHandledIsTheResultOfTheRecording() {
		CallRecorder recorder = this.instance.recorder(TestInstance.settings(Duration.ofMinutes(5), 1));
		recorder.record(call("Payouts.pay", "a", null));
		assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> recorder.recording(null,
				() -> assertThatExceptionOfType(ApprovalPendingException.class)
					.isThrownBy(() -> recorder.record(call("Payouts.pay", "a", null)))
					.satisfies(recorder::refused)))
			.withMessageContaining("with the same arguments already");
	}

	@Test
	void openCallWithTheSameKeyIsNotRecordedTwice() {
		CallRecorder recorder = this.instance.recorder();
		DurableApproval first = record(recorder, "order-1", call("Payouts.pay", "a", "ann"));
		assertThat(record(recorder, "order-1", call("Payouts.pay", "a", "ann"))).isEqualTo(first);
		assertThat(record(recorder, "order-1", call("Payouts.pay", "b", "eve"))).isEqualTo(first);
		assertThat(record(recorder, "order-2", call("Payouts.pay", "a", "ann"))).isNotEqualTo(first);
		assertThat(record(recorder, "order-1", call("Payouts.refund", "a", "ann"))).isNotEqualTo(first);
		assertThat(this.instance.events).hasSize(3);
		assertThat(this.instance.jdbc.queryForList("SELECT OPEN_KEY FROM AIRLOCK_DURABLE", String.class))
			.doesNotHaveDuplicates()
			.allMatch((key) -> key.startsWith("key:") && key.length() <= 64 && !key.contains("order"));
	}

	@Test
	void keyIsKeptUntilTheCallEnds() {
		CallRecorder recorder = this.instance.recorder();
		DurableApproval first = record(recorder, "order-1", TestInstance.call());
		decide(first.id(), "approve");
		assertKept(recorder, first, DurableState.DECIDED);
		assertThat(this.instance.store.claim(first.id(), "run-1", "one", 1, this.instance.now)).isTrue();
		assertKept(recorder, first, DurableState.CLAIMED);
		assertThat(this.instance.store.lose(first.id(), 1)).isTrue();
		assertKept(recorder, first, DurableState.UNKNOWN);
		assertThat(this.instance.approvals().resolve(first.id(), Resolution.RAN)).isTrue();
		DurableApproval second = record(recorder, "order-1", TestInstance.call());
		assertThat(second.id()).isNotEqualTo(first.id());
		assertThat(this.instance.approvals().cancel(second.id())).isTrue();
		assertThat(record(recorder, "order-1", TestInstance.call()).id()).isNotEqualTo(second.id());
	}

	private void assertKept(CallRecorder recorder, DurableApproval first, DurableState state) {
		DurableApproval found = record(recorder, "order-1", TestInstance.call());
		assertThat(found.id()).isEqualTo(first.id());
		assertThat(found.state()).isEqualTo(state);
	}

	@Test
	void keyThatIsUsedMeanwhileLeadsToThatCall() {
		CallRecorder recorder = this.instance.recorder();
		AtomicReference<DurableApproval> meanwhile = new AtomicReference<>();
		DurableCallStore store = mock(DurableCallStore.class, delegatesTo(this.instance.store));
		willAnswer((invocation) -> {
			if (meanwhile.get() == null) {
				meanwhile
					.set(CompletableFuture.supplyAsync(() -> record(recorder, "order-1", TestInstance.call())).get());
			}
			return this.instance.store.insert(invocation.<DurableCall>getArgument(0));
		}).given(store).insert(any(DurableCall.class));
		CallRecorder late = recorder(store, this.instance.dependencies.publisher(), 0);
		assertThat(record(late, "order-1", TestInstance.call())).isEqualTo(meanwhile.get());
		assertThat(this.instance.events).hasSize(1);
		assertThat(record(recorder, "order-1", TestInstance.call())).isEqualTo(meanwhile.get());
	}

	private CallRecorder recorder(DurableCallStore store, TransitionPublisher publisher, int equalCalls) {
		return new CallRecorder(
				dependencies(store, publisher, TestInstance.settings(Duration.ofMinutes(5), equalCalls)),
				this.instance.callers, this.instance.exchange, CallObserver.none(), List.of(), TestInstance.STORE_KEY);
	}

	private int rows(String table) {
		return this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class);
	}

	private static DurableApproval record(CallRecorder recorder, String key, WrittenCall call) {
		return recorder.recording(key, () -> recorder.record(call)).orElseThrow();
	}

	private void assertRefused(CallRecorder recorder, WrittenCall call, String message) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> recorder.record(call))
			.withMessageContaining(message);
		assertThat(rows("AIRLOCK_DURABLE")).isZero();
	}

}
