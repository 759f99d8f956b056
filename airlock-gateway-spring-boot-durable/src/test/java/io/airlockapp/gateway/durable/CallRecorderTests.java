package io.airlockapp.gateway.durable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.durable.StepScheduler.Step;
import io.airlockapp.gateway.durable.TestInstance.TestContext;
import io.airlockapp.gateway.durable.method.RecordedCall;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.HarpJson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CallRecorder}.
 */
class CallRecorderTests {

	private final TestInstance instance = new TestInstance();

	@AfterEach
	void close() {
		this.instance.close();
	}

	@Test
	void recordedCallIsAskedAboutAtOnceAndPublished() {
		DurableApproval call = this.instance.record();
		assertThat(this.instance.state(call.id())).isEqualTo(DurableState.RECORDED);
		assertThat(this.instance.scheduled("AIRLOCK_DURABLE_ASK", Step.ASK_FIRST, call.id())).isEqualTo(1);
		assertThat(this.instance.events).containsExactly(call);
	}

	@Test
	void plaintextContainsWhatTheSignatureHasToCover() {
		TestContext context = new TestContext("tenant", Map.of("id", "7"), () -> {
		}, () -> {
		});
		TestContext empty = new TestContext("other", Map.of(), () -> {
		}, () -> {
		});
		DurableApproval approval = this.instance.record(context, empty);
		DurableCall call = this.instance.store.findCall(approval.id());
		JsonNode plaintext = HarpJson.mapper().readTree(call.plaintext());
		assertThat(plaintext.path("requestId").asString()).isEqualTo(approval.id());
		assertThat(plaintext.path("target").asString()).isEqualTo("payouts#pay(java.lang.String)");
		assertThat(plaintext.path("startBy").asString()).startsWith("2026-11-26T10:35:00");
		assertThat(plaintext.path("context").toString()).isEqualTo("{\"tenant\":{\"id\":\"7\"}}");
		assertThat(call.hash()).isEqualTo(ArtifactHash.of(call.plaintext().getBytes(StandardCharsets.UTF_8)));
		assertThat(approval.expiresAt()).isEqualTo(TestInstance.START.plus(TestInstance.TIMEOUT));
		assertThat(approval.startBy()).isEqualTo(approval.expiresAt().plusSeconds(300));
	}

	@Test
	void gateIsThatOfTheRequestElseTheTarget() {
		assertThat(this.instance.record().gate()).isEqualTo("Payouts.pay");
		CallRecorder recorder = this.instance.recorder();
		RecordedCall withoutGate = new RecordedCall("payouts#pay()",
				ApprovalRequest.builder("Pay", "Payouts.pay()").build(), "{}", false);
		assertThat(recorder.recordedBy(() -> recorder.record(withoutGate))).extracting(DurableApproval::gate)
			.containsExactly("payouts#pay()");
	}

	@Test
	void sensitiveCallIsRefusedWithoutEncryption() {
		RecordedCall sensitive = new RecordedCall("payouts#pay()",
				ApprovalRequest.builder("Pay", "Payouts.pay()").gate("Payouts.pay").build(), "{}", true);
		assertRefused(this.instance.recorder(), sensitive, "airlock.gateway.pairing.store.key");
	}

	@Test
	void callIsRefusedAfterTheApplicationStopped() {
		CallRecorder recorder = this.instance.recorder();
		recorder.close();
		assertRefused(recorder, TestInstance.call(), "The application stops");
	}

	@Test
	void callsAboveTheLimitAreRefused() {
		CallRecorder recorder = this.instance.recorder();
		for (int i = 0; i < this.instance.settings.maxPending(); i++) {
			recorder.record(TestInstance.call());
		}
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> recorder.record(TestInstance.call()))
			.withMessageContaining("airlock.gateway.durable.max-pending");
		assertThat(this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE", Integer.class))
			.isEqualTo(this.instance.settings.maxPending());
	}

	@Test
	void callIsInTheTransactionOfItsCaller() {
		CallRecorder recorder = this.instance.recorder();
		this.instance.callers.executeWithoutResult((status) -> {
			recorder.record(TestInstance.call());
			status.setRollbackOnly();
		});
		assertThat(this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE", Integer.class)).isZero();
		assertThat(this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE_ASK", Integer.class))
			.isZero();
	}

	@Test
	void callIsRecordedWithoutLookingForItsStep() {
		this.instance.record();
		this.instance.jdbc.execute("SET QUERY_STATISTICS TRUE");
		this.instance.callers.executeWithoutResult((status) -> this.instance.record());
		assertThat(this.instance.jdbc.queryForList(
				"SELECT SQL_STATEMENT FROM INFORMATION_SCHEMA.QUERY_STATISTICS WHERE SQL_STATEMENT ILIKE '%AIRLOCK%'",
				String.class))
			.hasSize(2)
			.allMatch((statement) -> statement.toUpperCase(Locale.ROOT).startsWith("INSERT INTO"));
	}

	@Test
	void resultOfTheCommitThatIsNotKnownIsSaid() {
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
	void innerRecordingBelongsToTheOuterOneToo() {
		CallRecorder recorder = this.instance.recorder();
		List<String> ids = new ArrayList<>();
		List<DurableApproval> inner = new ArrayList<>();
		List<DurableApproval> outer = recorder.recordedBy(() -> {
			ids.add(recorder.record(TestInstance.call()));
			inner.addAll(recorder.recordedBy(() -> ids.add(recorder.record(TestInstance.call()))));
			ids.add(recorder.record(TestInstance.call()));
		});
		recorder.record(TestInstance.call());
		assertThat(inner).extracting(DurableApproval::id).containsExactly(ids.get(1));
		assertThat(outer).extracting(DurableApproval::id).containsExactlyElementsOf(ids);
		assertThat(recorder.recordedBy(() -> {
		})).isEmpty();
	}

	private void assertRefused(CallRecorder recorder, RecordedCall call, String message) {
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> recorder.record(call))
			.withMessageContaining(message);
		assertThat(this.instance.jdbc.queryForObject("SELECT COUNT(*) FROM AIRLOCK_DURABLE", Integer.class)).isZero();
	}

}
