/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.testhelper.ManualScheduler;
import com.github.kagkarlsson.scheduler.testhelper.SettableClock;
import com.github.kagkarlsson.scheduler.testhelper.TestHelper;
import com.github.kagkarlsson.scheduler.testhelper.TestHelper.ManualSchedulerBuilder;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.CallKeys;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.DurableCallStore.UndecidedCalls;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.Resolution;
import io.airlockapp.gateway.durable.UnreadableCallException;
import io.airlockapp.gateway.durable.engine.DbStepScheduler;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.support.Concurrently;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JdbcDurableCallStore} that every database passes.
 */
abstract class AbstractJdbcDurableCallStoreTests {

	private static final Instant NOW = TestCalls.NOW;

	private static final EncryptionKey STORE_KEY = key(1);

	private static final ColumnCipher CIPHER = new ColumnCipher(STORE_KEY, List.of());

	static final List<String> CONTENT = List.of("PLAINTEXT", "ARGUMENTS", "ARTIFACT", "DECISION");

	private TestDatabase database;

	private JdbcTemplate jdbc;

	private static final String RESTARTABLE = DurableCallStore.RESTARTABLE_RUN + "1";

	private WorkerTransactions transactions;

	private JdbcDurableCallStore store;

	abstract TestDatabase database();

	@BeforeEach
	void open() {
		this.database = database();
		this.jdbc = this.database.elsewhere();
		this.transactions = new WorkerTransactions(this.database.dataSource());
		this.store = store(STORE_KEY);
	}

	@AfterEach
	void close() {
		assertThat(this.database.activeConnections()).isZero();
		this.database.close();
	}

	private JdbcDurableCallStore store(EncryptionKey key, EncryptionKey... previous) {
		return new JdbcDurableCallStore(this.database.dataSource(), key, List.of(previous), false, Persons.unknown());
	}

	private static EncryptionKey key(int number) {
		byte[] bytes = new byte[32];
		bytes[0] = (byte) number;
		return EncryptionKey.of(bytes);
	}

	private String insert() {
		DurableCall call = TestCalls.call();
		this.store.insert(call);
		assertThat(this.store.seal(TestCalls.ballot(call.id()), TestCalls.artifact("data"))).isTrue();
		return call.id();
	}

	private String insertIn(DurableState state) {
		String id = insert();
		this.jdbc.update(
				"UPDATE AIRLOCK_DURABLE SET STATE = ?, RUN_ID = 'run-1', ENDED_AT = ?, RESOLVED_AT = ? WHERE ID = ?",
				state.name(), state.isEnded() ? NOW.toEpochMilli() : null,
				(state == DurableState.RESOLVED) ? NOW.toEpochMilli() : null, id);
		if (state != DurableState.RECORDED) {
			this.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET SUBMITTED_AT = ? WHERE ID = ?", NOW.toEpochMilli(), id);
		}
		return id;
	}

	private static boolean decide(JdbcDurableCallStore store, String id, StoredDecision decision, Instant now) {
		boolean approved = decision.decision().isApproved();
		boolean changed = approved ? store.decided(id, now) : store.denied(id, now);
		if (changed) {
			store.keep(TestCalls.ballot(id), decision, now);
		}
		return changed;
	}

	private Map<String, Object> row(String id) {
		return this.jdbc
			.queryForMap("SELECT ID, STATE, PROBLEM, RUN_ID, INSTANCE, SUBMITTED_AT, DECIDED_AT, CLAIMED_AT, "
					+ "ENDED_AT, TOLD_AT, RESOLVED_AT FROM AIRLOCK_DURABLE WHERE ID = ?", id);
	}

	private String column(String id, String column) {
		return this.jdbc.queryForObject("SELECT " + column + " FROM " + tableOf(column) + " WHERE ID = ?", String.class,
				id);
	}

	private static String tableOf(String column) {
		return Set.of("ARTIFACT", "DECISION").contains(column) ? "AIRLOCK_DURABLE_BALLOT" : "AIRLOCK_DURABLE";
	}

	/**
	 * Arrows of the state machine.
	 */
	enum Arrow {

		SUBMIT(DurableState.SUBMITTED, EnumSet.of(DurableState.RECORDED),
				(store, id) -> store.submitted(TestCalls.ballot(id), NOW)),

		APPROVE(DurableState.DECIDED, EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED),
				(store, id) -> decide(store, id, TestCalls.decision(id, Verdict.APPROVE), NOW)),

		REJECT(DurableState.DENIED, EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED),
				(store, id) -> decide(store, id, TestCalls.decision(id, Verdict.REJECT), NOW)),

		CLAIM(DurableState.CLAIMED, EnumSet.of(DurableState.DECIDED),
				(store, id) -> store.claim(id, "run-2", "instance-2", 10, NOW)),

		END_RUN(DurableState.DONE, EnumSet.of(DurableState.CLAIMED, DurableState.UNKNOWN),
				(store, id) -> store.endRun(id, "run-1", DurableState.DONE, null, NOW)),

		START_AGAIN(DurableState.DECIDED, EnumSet.of(DurableState.CLAIMED),
				(store, id) -> store.startAgain(id, "run-1", "java.lang.IllegalStateException", 2, NOW)),

		LOSE(DurableState.UNKNOWN, EnumSet.of(DurableState.CLAIMED), (store, id) -> store.lose(id, 1)),

		LOSE_RUN(DurableState.UNKNOWN, EnumSet.of(DurableState.CLAIMED, DurableState.UNKNOWN),
				(store, id) -> store.lose(id, "run-1", "java.lang.IllegalStateException")),

		CANCELLING(DurableState.CANCELLING, EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED),
				(store, id) -> store.cancelling(id)),

		CANCEL(DurableState.CANCELLED, EnumSet.of(DurableState.CANCELLING),
				(store, id) -> store.end(id, EnumSet.of(DurableState.CANCELLING), DurableState.CANCELLED, null, NOW)),

		REFUSE(DurableState.REFUSED, EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED),
				(store, id) -> store.end(id,
						EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED),
						DurableState.REFUSED, "PAIRING_REVOKED", NOW)),

		RESOLVE(DurableState.RESOLVED, EnumSet.of(DurableState.UNKNOWN),
				(store, id) -> store.resolve(id, Resolution.DID_NOT_RUN, NOW));

		final DurableState to;

		final Set<DurableState> from;

		private final BiPredicate<JdbcDurableCallStore, String> change;

		Arrow(DurableState to, Set<DurableState> from, BiPredicate<JdbcDurableCallStore, String> change) {
			this.to = to;
			this.from = from;
			this.change = change;
		}

		boolean go(JdbcDurableCallStore store, String id) {
			return this.change.test(store, id);
		}

	}

	@ParameterizedTest
	@EnumSource
	void transitionStartsInItsStatesOnly(Arrow arrow) {
		for (DurableState state : DurableState.values()) {
			String id = insertIn(state);
			Map<String, Object> before = row(id);
			boolean expected = arrow.from.contains(state);
			assertThat(this.transactions.<Boolean>execute((status) -> arrow.go(this.store, id)))
				.as("%s from %s", arrow, state)
				.isEqualTo(expected);
			if (expected) {
				assertThat(column(id, "STATE")).isEqualTo(arrow.to.name());
				assertThat(column(id, "ENDED_AT") != null).isEqualTo(arrow.to.isEnded());
			}
			else {
				assertThat(row(id)).isEqualTo(before);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void transitionOfUnknownCallFails(Arrow arrow) {
		assertThat(arrow.go(this.store, "req-unknown")).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void transitionIsRolledBackWithTransaction(Arrow arrow) {
		String id = insertIn(arrow.from.iterator().next());
		Map<String, Object> before = row(id);
		this.transactions.executeWithoutResult((status) -> {
			assertThat(arrow.go(this.store, id)).isTrue();
			status.setRollbackOnly();
		});
		assertThat(row(id)).isEqualTo(before);
	}

	@Test
	void oneOfManyClaimsWins() throws Exception {
		String id = insertIn(DurableState.DECIDED);
		AtomicInteger number = new AtomicInteger();
		assertThat(concurrently(Collections.nCopies(8, () -> {
			String runId = "run-" + number.incrementAndGet();
			return this.store.claim(id, runId, runId, 10, NOW);
		}))).containsOnlyOnce(true);
		assertThat(column(id, "INSTANCE")).isEqualTo(column(id, "RUN_ID"));
	}

	@Test
	void oneOfDecisionAndCancellationWins() throws Exception {
		for (int i = 0; i < 10; i++) {
			String id = insertIn(DurableState.SUBMITTED);
			List<Callable<Boolean>> actions = List.of(() -> this.store.decided(id, NOW),
					() -> this.store.decided(id, NOW), () -> this.store.cancelling(id));
			assertThat(concurrently(actions)).containsOnlyOnce(true);
		}
	}

	@Test
	void oneOfEndAndResolutionWins() throws Exception {
		for (int i = 0; i < 10; i++) {
			String id = insertIn(DurableState.UNKNOWN);
			assertThat(concurrently(List.of(() -> this.store.endRun(id, "run-1", DurableState.DONE, null, NOW),
					() -> this.store.resolve(id, Resolution.RAN, NOW))))
				.containsOnlyOnce(true);
		}
	}

	/**
	 * Execute actions that all have a transaction before the first of them starts.
	 */
	private List<Boolean> concurrently(List<Callable<Boolean>> actions) throws Exception {
		CyclicBarrier barrier = new CyclicBarrier(actions.size());
		return Concurrently.call(actions.stream()
			.map((action) -> (Callable<Boolean>) () -> this.transactions.<Boolean>execute((status) -> {
				try {
					barrier.await(10, TimeUnit.SECONDS);
					return action.call();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}))
			.toList());
	}

	@Test
	void findReturnsStoredCall() {
		JdbcDurableCallStore store = this.store;
		DurableCall call = TestCalls.call();
		String id = call.id();
		store.insert(call);
		assertThat(store.findCall(id)).isEqualTo(call);
		assertThat(store.find(id)).isEqualTo(call.approval());
		assertThat(store.seal(TestCalls.ballot(id), TestCalls.artifact("data"))).isTrue();
		assertThat(store.submitted(TestCalls.ballot(id), NOW.plusSeconds(1))).isTrue();
		StoredDecision decision = TestCalls.decision(id, Verdict.APPROVE);
		assertThat(decide(store, id, decision, NOW.plusSeconds(2))).isTrue();
		assertThat(store.claim(id, "run-1", "instance-1", 10, NOW.plusSeconds(3))).isTrue();
		DurableApproval approval = call.approval();
		assertThat(store.findCall(id)).isEqualTo(new DurableCall(
				new DurableApproval(id, approval.gate(), approval.label(), DurableState.CLAIMED, null,
						approval.recordedAt(), approval.expiresAt(), approval.startBy(), NOW.plusSeconds(1),
						NOW.plusSeconds(2), NOW.plusSeconds(3), null, null, "instance-1", 1, List.of(),
						store.find(id).votes()),
				call.target(), call.approvers(), call.artifactType(), call.plaintext(), call.arguments(), call.trace(),
				1, new CallKeys(call.keys().requester(), null),
				List.of(new StoredBallot(id, id, "default", 0,
						StoredBallot.ofFirst(id, id, "default", call.plaintext())
							.with(TestCalls.artifact("data"))
							.plaintext(),
						TestCalls.artifact("data"), decision, null, NOW.plusSeconds(1), NOW.plusSeconds(2)))));
		assertThat(store.find(id).votes()).singleElement().satisfies((vote) -> {
			assertThat(vote.counted()).isTrue();
			assertThat(vote.at()).isEqualTo(NOW.plusSeconds(2));
		});
		assertThat(store.endRun(id, "run-1", DurableState.FAILED, "java.io.IOException", NOW.plusSeconds(4))).isTrue();
		assertThat(store.find(id)).satisfies((ended) -> {
			assertThat(ended.problem()).isEqualTo("java.io.IOException");
			assertThat(ended.endedAt()).isEqualTo(NOW.plusSeconds(4));
		});
	}

	@Test
	void decisionWithoutReasonAndMessageIsStored() {
		String id = insert();
		StoredDecision decision = TestCalls.decision(id, Verdict.REJECT);
		assertThat(decide(this.store, id, decision, NOW)).isTrue();
		assertThat(this.store.findCall(id).ballots().get(0).decision()).isEqualTo(decision);
	}

	@Test
	void findsNothingForAnUnknownId() {
		assertThat(this.store.find("req-unknown")).isNull();
		assertThat(this.store.findCall("req-unknown")).isNull();
	}

	@Test
	void insertsACallOnceAndInItsFirstStateOnly() {
		DurableCall call = TestCalls.call();
		assertThat(this.store.insert(call)).isTrue();
		assertThat(this.store.insert(call)).isFalse();
		String id = insertIn(DurableState.DECIDED);
		DurableCall decided = this.store.findCall(id);
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.insert(decided));
	}

	@Test
	void endClearsPlaintextArgumentsAndArtifact() {
		for (Arrow arrow : Arrow.values()) {
			String id = insertIn(arrow.from.iterator().next());
			assertThat(arrow.go(this.store, id)).isTrue();
			DurableCall call = this.store.findCall(id);
			for (Object part : new Object[] { call.plaintext(), call.arguments(), call.ballots().get(0).artifact() }) {
				assertThat(part == null).as(arrow.name()).isEqualTo(arrow.to.isEnded());
			}
		}
	}

	@Test
	void endKeepsPlaintextWhenConfigured() {
		this.store = new JdbcDurableCallStore(this.database.dataSource(), STORE_KEY, List.of(), true,
				Persons.unknown());
		String id = insert();
		assertThat(Arrow.REJECT.go(this.store, id)).isTrue();
		assertThat(this.store.findCall(id)).satisfies((call) -> {
			assertThat(call.plaintext()).contains(TestCalls.SECRET);
			assertThat(call.arguments()).isNull();
			assertThat(call.ballots()).singleElement().satisfies((ballot) -> {
				assertThat(ballot.plaintext()).contains(ballot.artifact().pairing());
				assertThat(ballot.decision()).isNotNull();
			});
		});
	}

	@Test
	void replacesTheExpectedArtifactOnly() {
		String id = TestCalls.call().id();
		this.store.insert(TestCalls.call(id));
		assertThat(this.store.seal(TestCalls.ballot(id, TestCalls.artifact("0")), TestCalls.artifact("1"))).isFalse();
		assertThat(this.store.seal(TestCalls.ballot(id), TestCalls.artifact("1"))).isTrue();
		assertThat(this.store.seal(TestCalls.ballot(id), TestCalls.artifact("2"))).isFalse();
		assertThat(this.store.seal(TestCalls.ballot(id, TestCalls.artifact("0")), TestCalls.artifact("2"))).isFalse();
		assertThat(this.store.findCall(id).ballots().get(0).artifact()).isEqualTo(TestCalls.artifact("1"));
		assertThat(this.store.seal(TestCalls.ballot(id, this.store.findCall(id).ballots().get(0).artifact()),
				TestCalls.artifact("2")))
			.isTrue();
		assertThat(this.store.findCall(id).ballots().get(0).artifact()).isEqualTo(TestCalls.artifact("2"));
		assertThat(this.store.submitted(TestCalls.ballot(id), NOW)).isTrue();
		assertThat(this.store.submitted(TestCalls.ballot(id), NOW)).isFalse();
		assertThat(this.store.seal(TestCalls.ballot(id, TestCalls.artifact("2")), TestCalls.artifact("3"))).isFalse();
	}

	@Test
	void ballotOfACallThatIsDecidedIsNotSealed() {
		for (DurableState state : EnumSet.complementOf(EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED))) {
			String id = insertIn(state);
			assertThat(this.store.seal(TestCalls.ballot(id, TestCalls.artifact("data")), TestCalls.artifact("2")))
				.as(state.name())
				.isFalse();
		}
		assertThat(this.store.seal(TestCalls.ballot("req-unknown"), TestCalls.artifact("1"))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "CALL_ID", "PAIRING", "STEP" })
	void ballotBelongsToTheColumnsThatDoNotChange(String column) {
		String id = insert();
		this.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET %s = %s".formatted(column,
				column.equals("STEP") ? "STEP + 1" : "'other'"));
		if (column.equals("CALL_ID")) {
			assertThat(this.store.findCall(id).ballots()).isEmpty();
			this.store.insert(TestCalls.call("other"));
			assertWithoutContent("other");
		}
		else {
			assertWithoutContent(id);
		}
	}

	@Test
	void claimsBeforeTheTimeToStartIsOverOnly() {
		String id = insertIn(DurableState.DECIDED);
		Instant startBy = this.store.find(id).startBy();
		assertThat(this.store.claim(id, "run-1", "instance-1", 10, startBy)).isFalse();
		assertThat(this.store.claim(id, "run-1", "instance-1", 10, startBy.minusMillis(1))).isTrue();
	}

	@Test
	void endsARunForItselfOnly() {
		String id = insertIn(DurableState.CLAIMED);
		assertThat(this.store.endRun(id, "run-2", DurableState.DONE, null, NOW)).isFalse();
		assertThat(this.store.lose(id, 1)).isTrue();
		assertThat(this.store.endRun(id, "run-2", DurableState.DONE, null, NOW)).isFalse();
		assertThat(this.store.endRun(id, "run-1", DurableState.DONE, null, NOW)).isTrue();
	}

	@Test
	void losesARunForItselfOnly() {
		String id = insertIn(DurableState.CLAIMED);
		assertThat(this.store.lose(id, "run-2", "problem")).isFalse();
		assertThat(this.store.lose(id, "run-1", "problem")).isTrue();
		assertThat(column(id, "PROBLEM")).isEqualTo("problem");
	}

	@Test
	void startsAgainWithinTheLimitsOnly() {
		String id = insertIn(DurableState.DECIDED);
		Instant startBy = this.store.find(id).startBy();
		assertThat(this.store.claim(id, "run-1", "instance-1", 10, NOW)).isTrue();
		assertThat(this.store.startAgain(id, "run-2", "problem", 2, NOW)).isFalse();
		assertThat(this.store.startAgain(id, "run-1", "problem", 1, NOW)).isFalse();
		assertThat(this.store.startAgain(id, "run-1", "problem", 2, startBy)).isFalse();
		this.jdbc.update("INSERT INTO AIRLOCK_DURABLE_COMMIT (ID, TRANSACTION_ID, COMMITTED_AT) VALUES (?, '1', 1)",
				id);
		assertThat(this.store.startAgain(id, "run-1", "problem", 2, NOW)).isFalse();
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_COMMIT");
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET RESOLVED_AT = 1");
		assertThat(this.store.startAgain(id, "run-1", "problem", 2, NOW)).isFalse();
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET RESOLVED_AT = NULL");
		assertThat(this.store.startAgain(id, "run-1", "problem", 2, startBy.minusMillis(1))).isTrue();
		assertThat(row(id)).containsEntry("RUN_ID", null).containsEntry("PROBLEM", "problem");
		assertThat(this.store.findCall(id).starts()).isEqualTo(1);
		assertThat(this.store.endRun(id, "run-1", DurableState.DONE, null, NOW)).isFalse();
		assertThat(this.store.claim(id, "run-2", "instance-1", 10, NOW)).isTrue();
		assertThat(row(id)).containsEntry("PROBLEM", null);
		assertThat(this.store.findCall(id).starts()).isEqualTo(2);
		assertThat(this.store.endRun(id, "run-1", DurableState.DONE, null, NOW)).isFalse();
		assertThat(this.store.startAgain(id, "run-2", "problem", 2, NOW)).isFalse();
		assertThat(this.store.startAgain(id, "run-2", "problem", 3, NOW)).isTrue();
	}

	@Test
	void locksARestartableRunThatMayStartAgainOnly() {
		String id = insertIn(DurableState.DECIDED);
		Instant startBy = this.store.find(id).startBy();
		assertThat(this.store.claim(id, RESTARTABLE, "instance-1", 10, NOW)).isTrue();
		schedule(Step.RUN, id);
		this.jdbc.update("UPDATE AIRLOCK_DURABLE_RUN SET PICKED = TRUE, VERSION = 3");
		assertThat(this.store.lockRestartableRun(id, 3, 2, startBy.minusMillis(1))).isEqualTo(RESTARTABLE);
		assertThat(this.store.lockRestartableRun(id, 2, 2, NOW)).as("other execution").isNull();
		assertThat(this.store.lockRestartableRun(id, 3, 1, NOW)).as("no start left").isNull();
		assertThat(this.store.lockRestartableRun(id, 3, 2, startBy)).as("too late").isNull();
		assertThat(this.store.lockRestartableRun("other", 3, 2, NOW)).as("other call").isNull();
		this.jdbc.update("INSERT INTO AIRLOCK_DURABLE_COMMIT (ID, TRANSACTION_ID, COMMITTED_AT) VALUES (?, '1', 1)",
				id);
		assertThat(this.store.lockRestartableRun(id, 3, 2, NOW)).as("committed").isNull();
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_COMMIT");
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET STATE = 'UNKNOWN'");
		assertThat(this.store.lockRestartableRun(id, 3, 2, NOW)).as("unknown").isNull();
		String other = insertIn(DurableState.DECIDED);
		assertThat(this.store.claim(other, "run-1", "instance-1", 10, NOW)).isTrue();
		assertThat(this.store.lockRestartableRun(other, 1, 2, NOW)).as("not restartable").isNull();
	}

	@Test
	void losesNoRunOfAnotherExecution() {
		String id = insertIn(DurableState.CLAIMED);
		schedule(Step.NOTIFY, id);
		schedule(Step.RUN, id);
		this.jdbc.update("UPDATE AIRLOCK_DURABLE_RUN SET PICKED = TRUE, VERSION = 3 WHERE TASK_NAME = 'airlock-run'");
		this.jdbc.update("UPDATE AIRLOCK_DURABLE_RUN SET PICKED = TRUE, VERSION = 7 WHERE TASK_NAME = 'airlock-tell'");
		assertThat(this.store.lose(id, 1)).isFalse();
		assertThat(this.store.lose(id, 3)).isTrue();
		String unpicked = insertIn(DurableState.CLAIMED);
		schedule(Step.RUN, unpicked);
		assertThat(this.store.lose(unpicked, 3)).isTrue();
	}

	@Test
	void findAskedSinceIsNotBeforeRecording() {
		String id = insert();
		Instant recorded = this.store.find(id).recordedAt();
		assertThat(this.store.findAskedSince(id)).isEqualTo(recorded);
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET SUBMITTED_AT = 0 WHERE ID = ?", id);
		assertThat(this.store.findAskedSince(id)).isEqualTo(recorded);
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET SUBMITTED_AT = ? WHERE ID = ?",
				recorded.plusSeconds(9).toEpochMilli(), id);
		assertThat(this.store.findAskedSince(id)).isEqualTo(recorded.plusSeconds(9));
	}

	@Test
	void endIgnoresTimeOfEndWrittenByOthers() {
		String id = insert();
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET ENDED_AT = 1 WHERE ID = ?", id);
		assertThat(this.store.end(this.store.findCall(id), DurableState.REFUSED, null, NOW)).isTrue();
		assertThat(this.store.find(id).state()).isEqualTo(DurableState.REFUSED);
	}

	@ParameterizedTest
	@EnumSource(names = { "DONE", "CANCELLED" })
	void endWhenCallHasEndedFails(DurableState state) {
		String id = insertIn(state);
		assertThat(this.store.end(this.store.findCall(id), DurableState.FAILED, "again", NOW)).isFalse();
		assertThat(this.store.find(id).state()).isEqualTo(state);
	}

	@Test
	void endsInFinalStatesAndFromOthersOnly() {
		String id = insert();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.end(id, Set.of(DurableState.RECORDED), DurableState.DECIDED, null, NOW));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.end(id, Set.of(DurableState.DENIED), DurableState.REFUSED, null, NOW));
		assertThat(this.store.end(id, Set.of(), DurableState.REFUSED, null, NOW)).isFalse();
		assertThat(this.store.find(id).state()).isEqualTo(DurableState.RECORDED);
	}

	@Test
	void storesNoDecisionOnAnotherCall() {
		String id = insert();
		StoredDecision other = TestCalls.decision("req-other", Verdict.APPROVE);
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.keep(TestCalls.ballot(id), other, NOW));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.keepDecision(TestCalls.ballot(id), other, NOW));
	}

	@Test
	void unusedDecisionIsStoredOnce() {
		String id = insertIn(DurableState.CANCELLING);
		this.store.keepDecision(TestCalls.ballot(id), TestCalls.decision(id, Verdict.APPROVE), NOW);
		this.store.keepDecision(TestCalls.ballot(id), TestCalls.decision(id, Verdict.REJECT), NOW);
		assertThat(this.store.findCall(id).ballots().get(0).decision())
			.isEqualTo(TestCalls.decision(id, Verdict.APPROVE));
		assertThat(this.store.find(id).state()).isEqualTo(DurableState.CANCELLING);
	}

	@Test
	void notifiedSucceedsOnceAndAfterEndOnly() {
		assertThat(this.store.notified(insertIn(DurableState.UNKNOWN), NOW)).isFalse();
		String id = insertIn(DurableState.DONE);
		assertThat(this.store.notified(id, NOW)).isTrue();
		assertThat(this.store.notified(id, NOW)).isFalse();
	}

	@Test
	void findsByStatesInOrderOfIds() {
		for (String id : List.of("req-3", "req-1", "req-4", "req-2")) {
			this.store.insert(TestCalls.call(id));
		}
		assertThat(this.store.cancelling("req-2")).isTrue();
		Set<DurableState> recorded = Set.of(DurableState.RECORDED);
		assertThat(this.store.find(recorded, null, 2)).extracting(DurableApproval::id)
			.containsExactly("req-1", "req-3");
		assertThat(this.store.find(recorded, "req-3", 2)).extracting(DurableApproval::id).containsExactly("req-4");
		assertThat(this.store.find(DurableState.open(), null, 10)).hasSize(4);
		assertThat(this.store.find(Set.of(), null, 10)).isEmpty();
	}

	@Test
	void findsTheUnknownAndThenTheNewestOpenFirst() {
		String unknown = insertIn(DurableState.UNKNOWN);
		for (int i = 1; i <= 3; i++) {
			this.store.insert(TestCalls.call("req-" + i, NOW.plusSeconds(i), NOW.plusSeconds(60)));
		}
		this.store.insert(TestCalls.call("req-4", NOW.plusSeconds(4), NOW.plusSeconds(60)));
		assertThat(Arrow.REJECT.go(this.store, "req-4")).isTrue();
		assertThat(this.store.findOpen(3)).extracting(DurableApproval::id).containsExactly(unknown, "req-3", "req-2");
	}

	@Test
	void findsCallsWithoutTheStepThatTheirStateRequires() {
		Set<DurableState> asked = EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.CANCELLING);
		for (DurableState state : DurableState.values()) {
			String id = insertIn(state);
			Step needed = state.isEnded() ? Step.NOTIFY : asked.contains(state) ? Step.ASK : Step.RUN;
			boolean none = state == DurableState.UNKNOWN;
			for (Step step : Step.values()) {
				boolean found = !none && (step == needed || (step == Step.ASK_FIRST && needed == Step.ASK));
				assertThat(this.store.findWithoutStep(step, 10)).as("%s of %s", step, state)
					.containsExactlyElementsOf(found ? List.of(id) : List.of());
			}
			schedule((needed == Step.ASK) ? Step.ASK_FIRST : needed, id);
			if (state == DurableState.SUBMITTED) {
				schedule(Step.ASK, id);
			}
			assertThat(this.store.findWithoutStep(needed, 10)).isEmpty();
		}
	}

	@Test
	void sealedCallWithEscalationNeedsStepUntilDecided() {
		insert();
		ApproverGroup group = new ApproverGroup("shifts", List.of("ann"), 1, null, false, false,
				List.of(new EscalationStep(Duration.ofMinutes(2), List.of("bob", "cleo"), false)));
		DurableCall call = TestCalls.call();
		this.store.insert(new DurableCall(call.approval(), call.target(), group, call.artifactType(), call.plaintext(),
				call.arguments(), call.trace(), 0, CallKeys.NONE, List.of()));
		assertThat(this.store.findCall(call.id()).approvers()).isEqualTo(group);
		assertThat(this.store.findWithoutStep(Step.ESCALATE, 10)).isEmpty();
		assertThat(this.store.seal(TestCalls.ballot(call.id()), TestCalls.artifact("data"))).isTrue();
		assertThat(this.store.findWithoutStep(Step.ESCALATE, 10)).containsExactly(call.id());
		schedule(Step.ESCALATE, call.id());
		assertThat(this.store.findWithoutStep(Step.ESCALATE, 10)).isEmpty();
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_ASK");
		assertThat(this.store.decided(call.id(), NOW)).isTrue();
		assertThat(this.store.findWithoutStep(Step.ESCALATE, 10)).isEmpty();
	}

	@Test
	void callWhoseHandlersWereCalledNeedsNoStep() {
		String id = insertIn(DurableState.DONE);
		assertThat(this.store.findWithoutStep(Step.NOTIFY, 1)).containsExactly(id);
		assertThat(this.store.notified(id, NOW)).isTrue();
		assertThat(this.store.findWithoutStep(Step.NOTIFY, 1)).isEmpty();
	}

	@Test
	void findsNoMoreCallsWithoutStepThanRequested() {
		insert();
		insert();
		assertThat(this.store.findWithoutStep(Step.ASK, 1)).hasSize(1);
	}

	private void schedule(Step step, String id) {
		this.transactions.executeWithoutResult(
				(status) -> new DbStepScheduler(new BoundJdbcTemplate(this.database.dataSource()), () -> NOW)
					.schedule(step, id, NOW));
	}

	@Test
	void countsOpenCallsByState() {
		for (DurableState state : DurableState.values()) {
			insertIn(state);
		}
		insertIn(DurableState.UNKNOWN);
		Map<DurableState, Integer> counts = this.store.countOpen();
		assertThat(counts).containsOnlyKeys(DurableState.open()).containsEntry(DurableState.UNKNOWN, 2);
	}

	@Test
	void countsTheYoungAndThoseThatEndSoon() {
		this.store.insert(TestCalls.call("req-old", NOW, NOW.plusSeconds(1000)));
		this.store.insert(TestCalls.call("req-young", NOW.plusSeconds(11), NOW.plusSeconds(1000)));
		this.store.insert(TestCalls.call("req-ending", NOW, NOW.plusSeconds(99)));
		this.store.insert(TestCalls.call("req-expired", NOW.plusSeconds(11), NOW.plusSeconds(49)));
		this.store.insert(TestCalls.call("req-ended", NOW.plusSeconds(11), NOW.plusSeconds(99)));
		assertThat(Arrow.REJECT.go(this.store, "req-ended")).isTrue();
		assertThat(this.store.countYoung(NOW.plusSeconds(10), NOW.plusSeconds(50), NOW.plusSeconds(100))).isEqualTo(2);
	}

	@Test
	void deletesWhatEndedLongAgo() {
		List<String> open = DurableState.open().stream().map(this::insertIn).toList();
		String ended = insertIn(DurableState.DONE);
		String told = insertIn(DurableState.DENIED);
		assertThat(this.store.notified(told, NOW)).isTrue();
		assertThat(this.store.deleteEnded(NOW)).isEmpty();
		assertThat(List.of(ended, told)).allSatisfy((id) -> assertThat(this.store.find(id)).isNotNull());
		assertThat(this.store.deleteEnded(NOW.plusMillis(1))).containsExactly(ended);
		assertThat(List.of(ended, told)).allSatisfy((id) -> assertThat(this.store.find(id)).isNull());
		assertThat(open).allSatisfy((id) -> assertThat(this.store.find(id)).isNotNull());
	}

	@Test
	void deletesNoncesMuchLater() {
		String nonce = UUID.randomUUID().toString();
		assertThat(use(nonce, "req-1")).isTrue();
		this.store.deleteEnded(NOW.plus(Duration.ofDays(30)));
		assertThat(use(nonce, "req-2")).isFalse();
		this.store.deleteEnded(NOW.plus(Duration.ofDays(30)).plusMillis(1));
		assertThat(use(nonce, "req-2")).isTrue();
	}

	private boolean use(String nonce, String requestId) {
		return this.transactions
			.<Boolean>execute((status) -> this.store.replayJournal(NOW).use(TestCalls.KEY, nonce, requestId));
	}

	@Test
	void nonceStaysWithItsRequestAndKey() {
		String nonce = "n".repeat(5000);
		assertThat(use(nonce, "req-1")).isTrue();
		assertThat(use(nonce, "req-1")).isTrue();
		assertThat(use(nonce, "req-2")).isFalse();
		this.transactions.executeWithoutResult((status) -> {
			assertThat(this.store.replayJournal(NOW).use(TestCalls.KEY, nonce, "req-2")).isFalse();
			assertThat(this.store.replayJournal(NOW).use(TestCalls.OTHER_KEY, nonce, "req-2")).isTrue();
			// The transaction is still usable
			insert();
		});
		assertThat(this.store.countOpen()).containsEntry(DurableState.RECORDED, 1);
	}

	@Test
	void rollbackFreesTheNonce() {
		this.transactions.executeWithoutResult((status) -> {
			assertThat(this.store.replayJournal(NOW).use(TestCalls.KEY, "n", "req-1")).isTrue();
			status.setRollbackOnly();
		});
		assertThat(use("n", "req-2")).isTrue();
	}

	@Test
	void oneOfManyRequestsGetsANonce() throws Exception {
		AtomicInteger number = new AtomicInteger();
		assertThat(concurrently(Collections.nCopies(8,
				() -> this.store.replayJournal(NOW).use(TestCalls.KEY, "n", "req-" + number.incrementAndGet()))))
			.containsOnlyOnce(true);
		assertThat(concurrently(
				Collections.nCopies(8, () -> this.store.replayJournal(NOW).use(TestCalls.KEY, "m", "req-1"))))
			.containsOnly(true);
	}

	@Test
	void contentIsEncrypted() {
		String id = insert();
		assertThat(Arrow.APPROVE.go(this.store, id)).isTrue();
		for (String column : CONTENT) {
			assertThat(column(id, column)).contains("airlock-encrypted:1:")
				.doesNotContain("order-4711", "since", "approve", "key-1");
		}
	}

	@ParameterizedTest
	@FieldSource("CONTENT")
	void encryptedColumnBelongsToItsCall(String column) {
		String id = insert();
		String other = insert();
		for (String each : List.of(id, other)) {
			assertThat(Arrow.APPROVE.go(this.store, each)).isTrue();
		}
		set(id, column, column(other, column));
		assertWithoutContent(id);
		assertThat(this.store.findCall(other).plaintext()).isNotNull();
	}

	@Test
	void encryptedTextBelongsToItsColumn() {
		String id = insert();
		set(id, "ARGUMENTS", column(id, "PLAINTEXT"));
		assertWithoutContent(id);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TARGET", "GATE", "LABEL", "APPROVERS", "ARTIFACT_TYPE", "TRACE", "RECORDED_AT",
			"EXPIRES_AT", "START_BY" })
	void contentBelongsToTheColumnsThatDoNotChange(String column) {
		String id = insert();
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET %s = %s WHERE ID = ?".formatted(column,
				column.endsWith("_AT") || column.endsWith("_BY") ? column + " + 1" : "'{}'"), id);
		assertWithoutContent(id);
	}

	@ParameterizedTest
	@FieldSource("CONTENT")
	void textThatIsNotEncryptedIsNoContent(String column) {
		String id = insert();
		for (String text : List.of("", "{}", "[]", "4711", "{\"ciphertext\":{},\"signerKeys\":4711}",
				"airlock-encrypted:1:")) {
			set(id, column, text);
			assertWithoutContent(id);
		}
	}

	@Test
	void changedTextIsNoContent() {
		String id = insert();
		String text = column(id, "PLAINTEXT");
		for (String changed : List.of(text.substring(0, text.length() - 2), text + "=",
				text.substring(0, 8) + "airlock-encrypted:1:", text.substring(0, 8) + "airlock-encrypted:1:*",
				text.substring(0, 33) + (text.charAt(33) == 'A' ? 'B' : 'A') + text.substring(34))) {
			set(id, "PLAINTEXT", changed);
			assertWithoutContent(id);
		}
		set(id, "PLAINTEXT", text);
		assertThat(this.store.findCall(id).plaintext()).contains(TestCalls.SECRET);
	}

	@Test
	void readsWithTheRightKeyAndVersionOnly() {
		String id = insert();
		assertUnreadable(store(key(2)), id);
		assertUnreadable(store(key(2), key(3)), id);
		set(id, "PLAINTEXT", column(id, "PLAINTEXT").replace(":1:", ":2:"));
		assertUnreadable(this.store, id);
	}

	@Test
	void previousKeysDecryptOnly() {
		String id = insert();
		JdbcDurableCallStore renewed = store(key(2), key(3), STORE_KEY);
		assertThat(renewed.findCall(id)).isEqualTo(this.store.findCall(id));
		DurableCall call = TestCalls.call();
		renewed.insert(call);
		assertUnreadable(this.store, call.id());
		assertThat(store(key(2)).findCall(call.id())).isEqualTo(call);
	}

	@Test
	void columnsAreEncryptedWithDerivedKey() {
		assertThat(new ColumnCipher(STORE_KEY.derive("airlock-durable-v1"), List.of())).satisfies((derived) -> {
			String text = CIPHER.encrypt("place", "x");
			assertThatExceptionOfType(UnreadableCallException.class).isThrownBy(() -> derived.decrypt("place", text))
				.satisfies((ex) -> assertThat(AirlockGatewayException.safeMessage(ex))
					.contains("'airlock.gateway.pairing.store.key'", "'airlock.gateway.pairing.store.previous-keys'"));
		});
	}

	/**
	 * MariaDB finds it in spite of the space.
	 */
	@Test
	void stateWithASpaceIsRead() {
		String id = insert();
		set(id, "STATE", "RECORDED ");
		assertThat(this.store.find(id)).extracting(DurableApproval::state).isEqualTo(DurableState.RECORDED);
		assertThat(this.store.countOpen().values()).allMatch((count) -> count == 1);
	}

	@Test
	void unknownStateIsUnreadable() {
		String id = insert();
		set(id, "STATE", "OTHER");
		assertUnreadable(this.store, id);
	}

	@Test
	void undecidedCallsAreCountedByMethodAndRequester() {
		DurableCall call = TestCalls.call();
		insert();
		insert();
		insertIn(DurableState.SUBMITTED);
		Arrow.APPROVE.go(this.store, insert());
		this.store.insert(withKeys(new CallKeys("ann", null)));
		String gate = call.approval().gate();
		Instant expiry = call.approval().expiresAt();
		assertThat(this.store.countUndecided(expiry)).containsExactlyInAnyOrder(
				new UndecidedCalls(gate, null, 3, 3, 0, 2), new UndecidedCalls(gate, "ann", 1, 1, 0, 1));
		assertThat(this.store.countUndecided(expiry.plusMillis(1))).containsExactlyInAnyOrder(
				new UndecidedCalls(gate, null, 3, 0, 3, 2), new UndecidedCalls(gate, "ann", 1, 0, 1, 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "APPROVE", "REJECT", "CANCELLING" })
	void equalCallIsRefusedWhileAnotherIsUndecided(String arrow) {
		DurableCall call = withKeys(new CallKeys(null, "equal"));
		assertThat(this.store.insert(call)).isTrue();
		assertThat(this.store.insert(withKeys(new CallKeys(null, "equal")))).isFalse();
		assertThat(Arrow.valueOf(arrow).go(this.store, call.id())).isTrue();
		assertThat(this.store.insert(withKeys(new CallKeys(null, "equal")))).isTrue();
	}

	private static DurableCall withKeys(CallKeys keys) {
		DurableCall call = TestCalls.call();
		return new DurableCall(call.approval(), call.target(), call.approvers(), call.artifactType(), call.plaintext(),
				call.arguments(), call.trace(), 0, keys, List.of());
	}

	private void set(String id, String column, String value) {
		this.jdbc.update("UPDATE " + tableOf(column) + " SET " + column + " = ? WHERE ID = ?", value, id);
	}

	private void assertWithoutContent(String id) {
		assertThat(this.store.findCall(id)).satisfies((call) -> {
			assertThat(call.id()).isEqualTo(id);
			assertThat(call.plaintext()).isNull();
			assertThat(call.arguments()).isNull();
			assertThat(call.ballots()).allSatisfy((ballot) -> {
				assertThat(ballot.plaintext()).isNull();
				assertThat(ballot.decision()).isNull();
			});
		});
	}

	private static void assertUnreadable(JdbcDurableCallStore store, String id) {
		assertThatExceptionOfType(UnreadableCallException.class).isThrownBy(() -> store.findCall(id))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("4711", "since"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "AIRLOCK_DURABLE_ASK", "AIRLOCK_DURABLE_RUN" })
	void engineHasItsTables(String table) {
		List<String> executed = new ArrayList<>();
		OneTimeTask<Void> task = Tasks.oneTime("task").execute((instance, context) -> executed.add(instance.getId()));
		ManualSchedulerBuilder builder = TestHelper.createManualScheduler(this.database.dataSource(), task)
			.tableName(table)
			.clock(new SettableClock());
		builder.enablePriority();
		ManualScheduler scheduler = builder.build();
		scheduler.setTime(NOW);
		scheduler.schedule(task.instanceBuilder("req-low").priority(10).build(), NOW);
		scheduler.schedule(task.instanceBuilder("req-high").priority(20).build(), NOW);
		scheduler.schedule(task.instanceBuilder("req-later").priority(20).build(), NOW.plusSeconds(1));
		assertThat(scheduler.scheduleIfNotExists(task.instance("req-later"), NOW)).isFalse();
		assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class)).isEqualTo(3);
		scheduler.runAnyDueExecutions();
		assertThat(executed).containsExactly("req-high", "req-low");
		scheduler.tick(Duration.ofSeconds(1));
		scheduler.runAnyDueExecutions();
		assertThat(executed).endsWith("req-later").hasSize(3);
		assertThat(this.jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class)).isZero();
	}

	@Test
	void lockThatIsNotAcquiredIsRecognized() {
		this.jdbc.update("INSERT INTO PAYMENT (ID) VALUES ('one')");
		String timeout = this.database.url().startsWith("jdbc:h2:") ? "SET LOCK_TIMEOUT 100"
				: this.database.url().startsWith("jdbc:mariadb:") ? "SET innodb_lock_wait_timeout = 1"
						: "SET lock_timeout = '100ms'";
		SingleConnectionDataSource waiting = new SingleConnectionDataSource(this.database.url(), true);
		JdbcTemplate blocked = new JdbcTemplate(waiting);
		blocked.execute(timeout);
		List<Throwable> failures = new ArrayList<>();
		this.transactions.executeWithoutResult((status) -> {
			new JdbcTemplate(this.database.dataSource()).update("UPDATE PAYMENT SET ID = 'two'");
			failures.add(Assertions.catchThrowable(() -> blocked.update("UPDATE PAYMENT SET ID = 'three'")));
		});
		waiting.destroy();
		assertThat(failures).singleElement().satisfies((failure) -> {
			assertThat(this.store.isBlocked(failure)).isTrue();
			assertThat(this.store.isBlocked(new IllegalStateException(failure.getCause()))).isTrue();
		});
		assertThat(this.store.isBlocked(Assertions.catchThrowable(() -> this.jdbc.execute("SELECT NOTHING"))))
			.isFalse();
	}

	@Test
	void refusedContentIsNotInTheMessage() {
		this.jdbc.execute("ALTER TABLE AIRLOCK_DURABLE ADD CONSTRAINT NOTHING CHECK (LABEL = 'x')");
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(this::insert)
			.withNoCause()
			.withMessageNotContaining("4711");
	}

	@Test
	void contentWithHalfACharacterIsRefused() {
		DurableCall call = TestCalls.call();
		DurableCall broken = new DurableCall(call.approval(), call.target(), call.approvers(), call.artifactType(),
				call.plaintext(), "{\"order\":\"\ud83d\"}", Map.of(), 0, CallKeys.NONE, List.of());
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.insert(broken));
	}

}
