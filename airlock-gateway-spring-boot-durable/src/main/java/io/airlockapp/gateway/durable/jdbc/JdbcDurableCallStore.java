/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.CallKeys;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableCall;
import io.airlockapp.gateway.durable.DurableCallStore;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.Resolution;
import io.airlockapp.gateway.durable.exchange.SealedArtifact;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.exchange.StoredDecision;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.jdbc.JdbcReplayJournal;
import io.airlockapp.gateway.support.Causes;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@link DurableCallStore} in a database that several instances share. Statements are
 * executed in the transaction of the current thread. The plaintext, the arguments, the
 * artifact and the decision are encrypted.
 * <p>
 * The tables are {@code AIRLOCK_DURABLE}, {@code AIRLOCK_DURABLE_BALLOT},
 * {@code AIRLOCK_DURABLE_CLAIM} and {@code AIRLOCK_DURABLE_COMMIT}. A transaction that
 * changes a ballot locks the row of its call before.
 */
public final class JdbcDurableCallStore implements DurableCallStore {

	private static final String NOTHING_COMMITTED = "NOT EXISTS "
			+ "(SELECT 1 FROM AIRLOCK_DURABLE_COMMIT T WHERE T.ID = AIRLOCK_DURABLE.ID)";

	private static final String[] MAY_START_AGAIN = { NOTHING_COMMITTED, "STARTS < :attempts", "START_BY > :time" };

	private static final String NO_OTHER_EXECUTION = "NOT EXISTS (SELECT 1 FROM AIRLOCK_DURABLE_RUN "
			+ "WHERE TASK_NAME = '%s' AND TASK_INSTANCE = :id AND PICKED = TRUE AND VERSION <> :execution)"
				.formatted(Step.RUN.taskName());

	private static final String KEPT_KEY = "CASE WHEN OPEN_KEY LIKE '%s%%' THEN OPEN_KEY END".formatted(CallKeys.KEPT);

	private static final String ASKED = "DECISION IS NULL AND PROBLEM IS NULL";

	/**
	 * One row for each request that is open, or for each call without one.
	 */
	private static final String REQUESTS = "FROM AIRLOCK_DURABLE C LEFT JOIN AIRLOCK_DURABLE_BALLOT B "
			+ "ON B.CALL_ID = C.ID AND B.DECISION IS NULL AND B.PROBLEM IS NULL WHERE STATE IN (:states)";

	/**
	 * The ballots without a decision, or the call itself if it has none of them.
	 */
	private static final String ASKED_ROWS = "(SELECT COALESCE(B.ID, D.ID) AS ID, STATE FROM AIRLOCK_DURABLE D LEFT JOIN "
			+ "AIRLOCK_DURABLE_BALLOT B ON B.CALL_ID = D.ID AND B.DECISION IS NULL AND B.PROBLEM IS NULL)";

	/**
	 * The time for which used nonces are kept in addition to calls. Decisions are also
	 * bound to their request by the artifact hash.
	 */
	private static final Duration NONCE_RETENTION = Duration.ofDays(30);

	/**
	 * The SQL states of locks that are not acquired, and of deadlocks.
	 */
	private static final Set<String> BLOCKED = Set.of("40001", "40P01", "41000", "55P03", "57014");

	private static final int MARIADB_LOCK_TIMEOUT = 1205;

	private static final Set<DurableState> UNDECIDED = Set.of(DurableState.RECORDED, DurableState.SUBMITTED);

	private final JdbcTemplate jdbc;

	private final JdbcClient client;

	private final RunClaims claims;

	private final ColumnCipher cipher;

	private final DurableRows rows;

	private final DurableApprovalQueries approvals;

	private final String ended;

	private final boolean keepPlaintext;

	/**
	 * Create a store.
	 * @param dataSource the database
	 * @param storeKey the key from which the encryption key is derived
	 * @param previousStoreKeys keys that decrypt what was encrypted with them
	 * @param keepPlaintext whether the plaintext of a call is kept after its end, and the
	 * encrypted one, which names the pairing that it was encrypted for
	 * @param persons the persons who own the pairings
	 */
	public JdbcDurableCallStore(DataSource dataSource, EncryptionKey storeKey, List<EncryptionKey> previousStoreKeys,
			boolean keepPlaintext, Persons persons) {
		this.jdbc = new BoundJdbcTemplate(dataSource);
		this.client = JdbcClient.create(this.jdbc);
		this.claims = new RunClaims(this.jdbc);
		this.cipher = new ColumnCipher(storeKey, previousStoreKeys);
		this.rows = new DurableRows(this.cipher, persons);
		this.approvals = new DurableApprovalQueries(this.client, this.rows);
		this.ended = "ENDED_AT = :now, OPEN_KEY = NULL, ARGUMENTS = NULL" + (keepPlaintext ? "" : ", PLAINTEXT = NULL");
		this.keepPlaintext = keepPlaintext;
	}

	@Override
	public boolean insert(DurableCall call) {
		DurableApproval approval = call.approval();
		if (approval.state() != DurableState.RECORDED) {
			throw new IllegalArgumentException("A call is inserted in the state RECORDED");
		}
		String id = approval.id();
		try {
			// With the type of a null, which a driver may ask the database for
			return isOne(this.client.sql("""
					INSERT INTO AIRLOCK_DURABLE (ID, STATE, TARGET, GATE, LABEL, APPROVERS, ARTIFACT_TYPE, PLAINTEXT,
						ARGUMENTS, TRACE, RECORDED_AT, EXPIRES_AT, START_BY, REQUESTER, OPEN_KEY)
					VALUES (:id, 'RECORDED', :target, :gate, :label, :approvers, :artifactType, :plaintext,
						:arguments, :trace, :recordedAt, :expiresAt, :startBy, :requester, :openKey)""")
				.param("id", id)
				.param("target", call.target())
				.param("gate", approval.gate())
				.param("label", approval.label())
				.param("approvers", StoredJson.write(call.approvers()))
				.param("artifactType", call.artifactType())
				.param("plaintext", this.cipher.encrypt(DurableRows.placeOfPlaintext(call), call.plaintext()))
				.param("arguments", this.cipher.encrypt(DurableRows.place(id, "ARGUMENTS"), call.arguments()))
				.param("trace", StoredJson.write(call.trace()))
				.param("recordedAt", approval.recordedAt().toEpochMilli())
				.param("expiresAt", approval.expiresAt().toEpochMilli())
				.param("startBy", approval.startBy().toEpochMilli())
				.param("requester", call.keys().requester(), Types.VARCHAR)
				.param("openKey", call.keys().equal(), Types.VARCHAR));
		}
		catch (DuplicateKeyException ex) {
			return false;
		}
		catch (DataIntegrityViolationException ex) {
			// The cause is omitted, since databases include values in these errors
			throw new ApprovalUnavailableException(
					"The call cannot be recorded, because the table AIRLOCK_DURABLE takes no "
							+ "such row. Compare it with its script",
					id, null);
		}
	}

	@Override
	public @Nullable DurableCall findCall(String id) {
		if (!DurableRows.isId(id)) {
			return null;
		}
		return this.client.sql(DurableRows.FIND_CALL).param("id", id).query(this.rows::readCall).orElse(null);
	}

	@Override
	public @Nullable DurableApproval find(String id) {
		if (!DurableRows.isId(id)) {
			return null;
		}
		return this.approvals.find("WHERE " + DurableRows.HAS_ID, Map.of("id", id)).stream().findFirst().orElse(null);
	}

	@Override
	public @Nullable DurableApproval findOpen(CallKeys keys) {
		String key = keys.equal();
		return (key != null)
				? this.approvals.find("WHERE OPEN_KEY = :key", Map.of("key", key)).stream().findFirst().orElse(null)
				: null;
	}

	@Override
	public List<DurableApproval> find(Set<DurableState> states, @Nullable String afterId, int limit) {
		if (states.isEmpty()) {
			return List.of();
		}
		return this.approvals.find("WHERE STATE IN (:states) AND ID > :afterId ORDER BY ID LIMIT :limit",
				Map.of("states", names(states), "afterId", (afterId != null) ? afterId : "", "limit", limit));
	}

	@Override
	public List<DurableApproval> findOpen(int limit) {
		// An operator has to find those whose outcome is not known, which may be old
		return this.approvals.find(
				"WHERE STATE IN (:states) ORDER BY CASE STATE WHEN 'UNKNOWN' THEN 0 ELSE 1 END, RECORDED_AT DESC, ID LIMIT :limit",
				Map.of("states", names(DurableState.open()), "limit", limit));
	}

	/**
	 * One statement sees the state and the step as of the same time. Both are changed in
	 * one transaction.
	 */
	@Override
	public List<String> findWithoutStep(Step step, int limit) {
		String condition = switch (step) {
			// A call without open requests needs none of its own while a step of a ballot
			// counts the votes, or an escalation can ask others
			case ASK_FIRST, ASK -> needing("AIRLOCK_DURABLE_ASK",
					"C.STATE IN ('RECORDED', 'SUBMITTED', 'CANCELLING') AND NOT EXISTS (SELECT 1 FROM "
							+ "AIRLOCK_DURABLE_BALLOT B JOIN AIRLOCK_DURABLE_ASK S ON S.TASK_INSTANCE = B.ID WHERE B.CALL_ID = C.ID "
							+ "AND S.TASK_NAME IN (" + names(Step.ASK_FIRST, Step.ASK) + "))",
					Step.ASK_FIRST, Step.ASK, Step.ESCALATE);
			case ESCALATE -> needing("AIRLOCK_DURABLE_ASK",
					"C.STATE IN ('RECORDED', 'SUBMITTED') AND C.APPROVERS LIKE '%\"" + StoredJson.ESCALATION
							+ "\":%' AND EXISTS (SELECT 1 FROM AIRLOCK_DURABLE_BALLOT B WHERE B.CALL_ID = C.ID)",
					Step.ESCALATE);
			case RUN -> needing("AIRLOCK_DURABLE_RUN", "C.STATE IN ('DECIDED', 'CLAIMED')", Step.RUN);
			case NOTIFY -> needing("AIRLOCK_DURABLE_RUN", "C.ENDED_AT > 0 AND C.TOLD_AT IS NULL", Step.NOTIFY);
		};
		String rows = (step == Step.ASK_FIRST || step == Step.ASK) ? ASKED_ROWS : "AIRLOCK_DURABLE";
		return this.client.sql("SELECT C.ID FROM " + rows + " C WHERE " + condition + " LIMIT :limit")
			.param("limit", limit)
			.query(String.class)
			.list()
			.stream()
			.filter(DurableRows::isId)
			.toList();
	}

	private static String needing(String table, String condition, Step... steps) {
		return condition + " AND NOT EXISTS (SELECT 1 FROM " + table + " S WHERE S.TASK_INSTANCE = C.ID "
				+ "AND S.TASK_NAME IN (" + names(steps) + "))";
	}

	private static String names(Step... steps) {
		return Arrays.stream(steps).map((step) -> "'" + step.taskName() + "'").collect(Collectors.joining(", "));
	}

	@Override
	public Map<DurableState, Integer> countOpen() {
		Map<DurableState, Integer> counts = new EnumMap<>(DurableState.class);
		this.client.sql("SELECT STATE, COUNT(*) FROM AIRLOCK_DURABLE WHERE STATE IN (:states) GROUP BY STATE")
			.param("states", names(DurableState.open()))
			.query((row) -> {
				counts.put(DurableState.valueOf(row.getString(1).stripTrailing()), row.getInt(2));
			});
		return counts;
	}

	@Override
	public List<UndecidedCalls> countUndecided(Instant expiringBefore) {
		List<UndecidedCalls> counts = new ArrayList<>(this.client
			.sql("SELECT GATE, REQUESTER, COUNT(DISTINCT C.ID), "
					+ "COUNT(CASE WHEN STATE <> 'CANCELLING' AND EXPIRES_AT >= :expiringBefore THEN 1 END), "
					+ "COUNT(CASE WHEN STATE <> 'CANCELLING' AND EXPIRES_AT < :expiringBefore THEN 1 END), "
					+ "COUNT(CASE WHEN STATE = 'CANCELLING' OR (B.ID IS NULL AND STATE = 'RECORDED') "
					+ "OR (B.ID IS NOT NULL AND B.SUBMITTED_AT IS NULL) THEN 1 END) " + REQUESTS
					+ " GROUP BY GATE, REQUESTER")
			.param("states", names(EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.CANCELLING)))
			.param("expiringBefore", expiringBefore.toEpochMilli())
			.query((row, number) -> new UndecidedCalls(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4),
					row.getInt(5), row.getInt(6)))
			.list());
		counts.addAll(countUnopened());
		return counts;
	}

	/**
	 * Count the requests, in addition to one for each call, about calls of groups whose
	 * ballots are not stored yet.
	 */
	private List<UndecidedCalls> countUnopened() {
		return this.client.sql(
				"SELECT GATE, REQUESTER, APPROVERS FROM AIRLOCK_DURABLE C WHERE STATE = 'RECORDED' AND ID LIKE '%s%%' AND NOT EXISTS (SELECT 1 FROM AIRLOCK_DURABLE_BALLOT B WHERE B.CALL_ID = C.ID)"
					.formatted(DurableCall.GROUP))
			.query((row, number) -> {
				int more = DurableRows.readApprovers(row).pairings().size() - 1;
				return new UndecidedCalls(row.getString(1), row.getString(2), 0, more, 0, more);
			})
			.list();
	}

	@Override
	public int countYoung(Instant recordedAfter, Instant expiringAfter, Instant expiringBefore) {
		return this.client
			.sql("SELECT COUNT(*) " + REQUESTS + " AND EXPIRES_AT >= :expiringAfter "
					+ "AND (RECORDED_AT > :recordedAfter OR EXPIRES_AT < :expiringBefore)")
			.param("states", names(UNDECIDED))
			.param("recordedAfter", recordedAfter.toEpochMilli())
			.param("expiringAfter", expiringAfter.toEpochMilli())
			.param("expiringBefore", expiringBefore.toEpochMilli())
			.query(Integer.class)
			.single();
	}

	@Override
	public @Nullable DurableCall lock(String id) {
		return lockRow(id, EnumSet.allOf(DurableState.class)) ? findCall(id) : null;
	}

	private boolean lockRow(String id, Set<DurableState> states) {
		return !this.client.sql("SELECT ID FROM AIRLOCK_DURABLE WHERE ID = :id AND STATE IN (:states) FOR UPDATE")
			.param("id", id)
			.param("states", names(states))
			.query(String.class)
			.list()
			.isEmpty();
	}

	@Override
	public List<String> findAsked(String id) {
		List<String> ids = this.jdbc.queryForList(
				"SELECT ID FROM AIRLOCK_DURABLE_BALLOT WHERE CALL_ID = ? AND " + ASKED + " ORDER BY ID", String.class,
				id);
		return ids.isEmpty() ? List.of(id) : ids;
	}

	@Override
	public void insert(List<StoredBallot> ballots) {
		ballots.forEach((ballot) -> insert(ballot, this.rows.encryptArtifact(ballot, null)));
	}

	private void insert(StoredBallot ballot, @Nullable String artifact) {
		this.jdbc.update(
				"INSERT INTO AIRLOCK_DURABLE_BALLOT (ID, CALL_ID, PAIRING, STEP, ARTIFACT) VALUES (?, ?, ?, ?, ?)",
				ballot.id(), ballot.callId(), ballot.pairing(), ballot.step(), artifact);
	}

	@Override
	public void askSince(String id, Instant now) {
		this.jdbc.update("UPDATE AIRLOCK_DURABLE SET ASKED_AT = ? WHERE ID = ?", now.toEpochMilli(), id);
	}

	@Override
	public Instant findAskedSince(String id) {
		return Instant.ofEpochMilli(this.client
			// Only the time of the recording is bound to the call
			.sql("SELECT GREATEST(COALESCE(SUBMITTED_AT, ASKED_AT, RECORDED_AT), RECORDED_AT) FROM AIRLOCK_DURABLE WHERE ID = :id")
			.param("id", id)
			.query(Long.class)
			.single());
	}

	@Override
	public void lose(StoredBallot ballot, String problem) {
		this.jdbc.update("UPDATE AIRLOCK_DURABLE_BALLOT SET PROBLEM = ? WHERE ID = ? AND PROBLEM IS NULL", problem,
				ballot.id());
		if (!this.keepPlaintext) {
			this.jdbc.update(
					"UPDATE AIRLOCK_DURABLE_BALLOT SET ARTIFACT = NULL WHERE ID = ? AND EXISTS "
							+ "(SELECT 1 FROM AIRLOCK_DURABLE C WHERE C.ID = CALL_ID AND C.ENDED_AT IS NOT NULL)",
					ballot.id());
		}
	}

	@Override
	public boolean seal(StoredBallot ballot, SealedArtifact artifact) {
		if (!lockRow(ballot.callId(), UNDECIDED)) {
			return false;
		}
		String text = this.rows.encryptArtifact(ballot, artifact);
		List<@Nullable String> stored = this.jdbc
			.queryForList("SELECT ARTIFACT FROM AIRLOCK_DURABLE_BALLOT WHERE ID = ?", String.class, ballot.id());
		SealedArtifact replaced = ballot.artifact();
		if (stored.isEmpty()) {
			if (replaced == null) {
				insert(ballot, text);
			}
			return replaced == null;
		}
		return this.rows.isArtifact(ballot, stored.get(0), replaced) && this.jdbc.update(
				"UPDATE AIRLOCK_DURABLE_BALLOT SET ARTIFACT = ? WHERE ID = ? AND SUBMITTED_AT IS NULL AND " + ASKED,
				text, ballot.id()) == 1;
	}

	@Override
	public boolean submitted(StoredBallot ballot, Instant now) {
		if (!lockRow(ballot.callId(), UNDECIDED) || this.jdbc.update(
				"UPDATE AIRLOCK_DURABLE_BALLOT SET SUBMITTED_AT = ? WHERE ID = ? AND SUBMITTED_AT IS NULL",
				now.toEpochMilli(), ballot.id()) != 1) {
			return false;
		}
		update(ballot.callId(), Set.of(DurableState.RECORDED), "STATE = 'SUBMITTED', SUBMITTED_AT = :now")
			.param("now", now.toEpochMilli())
			.update();
		return true;
	}

	@Override
	public ReplayJournal replayJournal(Instant now) {
		return new JdbcReplayJournal(this.jdbc, () -> now);
	}

	@Override
	public boolean decided(String id, Instant now) {
		return isOne(update(id, UNDECIDED, "STATE = 'DECIDED', DECIDED_AT = :now, OPEN_KEY = " + KEPT_KEY).param("now",
				now.toEpochMilli()));
	}

	@Override
	public boolean denied(String id, Instant now) {
		return isEnded(id, update(id, EnumSet.of(DurableState.RECORDED, DurableState.SUBMITTED, DurableState.DECIDED),
				"STATE = 'DENIED', DECIDED_AT = :now, " + this.ended)
			.param("now", now.toEpochMilli()));
	}

	@Override
	public void keepDecision(StoredBallot ballot, StoredDecision decision, Instant now) {
		if (keep(ballot, decision, now)) {
			this.jdbc.update("UPDATE AIRLOCK_DURABLE SET DECIDED_AT = ? WHERE ID = ?", now.toEpochMilli(),
					ballot.callId());
		}
	}

	@Override
	public boolean keep(StoredBallot ballot, StoredDecision decision, Instant now) {
		if (!decision.decision().requestId().equals(ballot.id())) {
			throw new IllegalArgumentException("The decision is one on another request");
		}
		return this.jdbc.update(
				"UPDATE AIRLOCK_DURABLE_BALLOT SET DECISION = ?, DECIDED_AT = ? WHERE ID = ? AND " + ASKED,
				this.cipher.encrypt(DurableRows.place(ballot, "DECISION"), StoredJson.write(decision)),
				now.toEpochMilli(), ballot.id()) == 1;
	}

	@Override
	public boolean claim(String id, String runId, String instance, int attempts, Instant now) {
		boolean claimed = isOne(update(id, Set.of(DurableState.DECIDED),
				"STATE = 'CLAIMED', RUN_ID = :runId, INSTANCE = :instance, CLAIMED_AT = :now, STARTS = STARTS + 1, "
						+ "PROBLEM = NULL",
				"STARTS < :attempts", "START_BY > :now")
			.param("runId", runId)
			.param("instance", instance)
			.param("attempts", attempts)
			.param("now", now.toEpochMilli()));
		if (claimed) {
			this.claims.insert(id, runId);
		}
		return claimed;
	}

	@Override
	public @Nullable String lockRestartableRun(String id, long execution, int attempts, Instant time) {
		lockRow(id, Set.of(DurableState.CLAIMED));
		return this.client.sql(
				"SELECT RUN_ID FROM AIRLOCK_DURABLE WHERE ID = :id AND STATE = 'CLAIMED' AND RUN_ID LIKE '%s%%' AND %s AND %s"
					.formatted(RESTARTABLE_RUN, NO_OTHER_EXECUTION, String.join(" AND ", MAY_START_AGAIN)))
			.param("id", id)
			.param("execution", execution)
			.param("attempts", attempts)
			.param("time", time.toEpochMilli())
			.query(String.class)
			.optional()
			.filter((runId) -> this.claims.lock(id, runId))
			.orElse(null);
	}

	/**
	 * The statement that changes the state sees all transactions that the one before has
	 * waited for.
	 */
	@Override
	public boolean startAgain(String id, String runId, String problem, int attempts, Instant time) {
		permitNoCommit(id, runId);
		return isOne(update(id, Set.of(DurableState.CLAIMED), "STATE = 'DECIDED', RUN_ID = NULL, PROBLEM = :problem",
				"RUN_ID = :runId AND RESOLVED_AT IS NULL", String.join(" AND ", MAY_START_AGAIN))
			.param("problem", problem, Types.VARCHAR)
			.param("runId", runId)
			.param("attempts", attempts)
			.param("time", time.toEpochMilli()));
	}

	/**
	 * Also an exception that Spring does not translate: MariaDB gives the general state
	 * to a lock that is not acquired in time.
	 */
	@Override
	public boolean isBlocked(Throwable failure) {
		for (Throwable cause : Causes.of(failure)) {
			if (cause instanceof PessimisticLockingFailureException || cause instanceof SQLTransientException
					|| (cause instanceof SQLException ex && (BLOCKED.contains(String.valueOf(ex.getSQLState()))
							|| ("HY000".equals(ex.getSQLState()) && ex.getErrorCode() == MARIADB_LOCK_TIMEOUT)))) {
				return true;
			}
		}
		return false;
	}

	@Override
	public boolean release(String id, String runId, @Nullable String problem) {
		permitNoCommit(id, runId);
		return isOne(update(id, Set.of(DurableState.CLAIMED, DurableState.UNKNOWN),
				"STATE = 'DECIDED', RUN_ID = NULL, CLAIMED_AT = CASE WHEN STARTS > 1 THEN CLAIMED_AT END, "
						+ "INSTANCE = CASE WHEN STARTS > 1 THEN INSTANCE END, STARTS = STARTS - 1, PROBLEM = :problem",
				"RUN_ID = :runId AND RESOLVED_AT IS NULL", NOTHING_COMMITTED)
			.param("problem", problem, Types.VARCHAR)
			.param("runId", runId));
	}

	@Override
	public boolean endRun(String id, String runId, DurableState state, @Nullable String problem, Instant now) {
		permitNoCommit(id, runId);
		return isEnded(id, end(id, Set.of(DurableState.CLAIMED, DurableState.UNKNOWN), state, problem, now, "",
				"RUN_ID = :runId AND RESOLVED_AT IS NULL")
			.param("runId", runId));
	}

	/**
	 * Permit a run no further commit. The row of the call is locked before: the commit of
	 * its claim may still be in progress although it seemed to fail, and an update would
	 * not wait for it, since the row before the claim does not match.
	 */
	private void permitNoCommit(String id, String runId) {
		lockRow(id, EnumSet.allOf(DurableState.class));
		this.claims.delete(id, runId);
	}

	@Override
	public boolean lose(String id, long execution) {
		return isOne(update(id, Set.of(DurableState.CLAIMED), "STATE = 'UNKNOWN'", NO_OTHER_EXECUTION)
			.param("execution", execution));
	}

	@Override
	public boolean lose(String id, String runId, @Nullable String problem) {
		return isOne(
				update(id, Set.of(DurableState.CLAIMED, DurableState.UNKNOWN), "STATE = 'UNKNOWN', PROBLEM = :problem",
						"RUN_ID = :runId AND RESOLVED_AT IS NULL")
					.param("problem", problem, Types.VARCHAR)
					.param("runId", runId));
	}

	@Override
	public boolean end(DurableCall call, DurableState state, @Nullable String problem, Instant now) {
		// It may have ended since another thread read it
		return !call.state().isEnded()
				&& isEnded(call.id(), end(call.id(), Set.of(call.state()), state, problem, now, "", "STARTS = :starts")
					.param("starts", call.starts()));
	}

	@Override
	public boolean end(String id, Set<DurableState> from, DurableState state, @Nullable String problem, Instant now) {
		if (from.stream().anyMatch(DurableState::isEnded)) {
			throw new IllegalArgumentException("A call that has ended does not end again");
		}
		return !from.isEmpty() && isEnded(id, end(id, from, state, problem, now, ""));
	}

	@Override
	public boolean cancelling(String id) {
		return isOne(update(id, UNDECIDED, "STATE = 'CANCELLING', OPEN_KEY = NULL"));
	}

	@Override
	public boolean cancelled(String id, Instant now) {
		return isEnded(id,
				update(id, Set.of(DurableState.DECIDED),
						"STATE = CASE WHEN STARTS > 0 THEN 'FAILED' ELSE 'CANCELLED' END, "
								+ "PROBLEM = CASE WHEN STARTS > 0 THEN PROBLEM END, " + this.ended)
					.param("now", now.toEpochMilli()));
	}

	@Override
	public boolean isCancelled(String id) {
		return lockRow(id, EnumSet.of(DurableState.CANCELLING, DurableState.CANCELLED));
	}

	/**
	 * A call whose outcome becomes unknown between the two statements is not resolved.
	 */
	@Override
	public boolean resolve(String id, Resolution resolution, Instant now) {
		if (!lockRow(id, Set.of(DurableState.UNKNOWN))) {
			return false;
		}
		this.claims.deleteUnknown(id);
		return isEnded(id,
				end(id, Set.of(DurableState.UNKNOWN), DurableState.RESOLVED, resolution.name(), now,
						", RESOLVED_AT = :now", "RESOLVED_AT IS NULL AND NOT EXISTS "
								+ "(SELECT 1 FROM AIRLOCK_DURABLE_CLAIM S WHERE S.ID = AIRLOCK_DURABLE.ID)"));
	}

	@Override
	public boolean notified(String id, Instant now) {
		return isOne(this.client.sql(
				"UPDATE AIRLOCK_DURABLE SET TOLD_AT = :now WHERE ID = :id AND TOLD_AT IS NULL AND ENDED_AT IS NOT NULL")
			.param("id", id)
			.param("now", now.toEpochMilli()));
	}

	@Override
	public List<String> deleteEnded(Instant endedBefore) {
		long before = endedBefore.toEpochMilli();
		List<String> untold = this.jdbc.queryForList(
				"SELECT ID FROM AIRLOCK_DURABLE WHERE ENDED_AT < ? AND TOLD_AT IS NULL", String.class, before);
		this.jdbc.update("DELETE FROM AIRLOCK_NONCE WHERE USED_AT < ?", before - NONCE_RETENTION.toMillis());
		String ended = " IN (SELECT ID FROM AIRLOCK_DURABLE WHERE ENDED_AT < ?)";
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_COMMIT WHERE ID" + ended, before);
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE_BALLOT WHERE CALL_ID" + ended, before);
		this.jdbc.update("DELETE FROM AIRLOCK_DURABLE WHERE ENDED_AT < ?", before);
		return untold;
	}

	private JdbcClient.StatementSpec end(String id, Set<DurableState> from, DurableState state,
			@Nullable String problem, Instant now, String more, String... conditions) {
		if (!state.isEnded()) {
			throw new IllegalArgumentException("%s is not a final state".formatted(state));
		}
		return update(id, from, "STATE = :state, PROBLEM = :problem, " + this.ended + more, conditions)
			.param("state", state.name())
			.param("problem", problem, Types.VARCHAR)
			.param("now", now.toEpochMilli());
	}

	private JdbcClient.StatementSpec update(String id, Set<DurableState> from, String change, String... conditions) {
		String condition = Arrays.stream(conditions).map((each) -> " AND " + each).collect(Collectors.joining());
		return this.client
			.sql("UPDATE AIRLOCK_DURABLE SET " + change + " WHERE ID = :id AND STATE IN (:from)" + condition)
			.param("id", id)
			.param("from", names(from));
	}

	private boolean isEnded(String id, JdbcClient.StatementSpec end) {
		boolean ended = isOne(end);
		if (ended && !this.keepPlaintext) {
			clearBallots(id);
		}
		return ended;
	}

	private void clearBallots(String id) {
		// That of one which is still to be withdrawn names the keys that may have decided
		this.jdbc
			.update("UPDATE AIRLOCK_DURABLE_BALLOT SET ARTIFACT = NULL WHERE CALL_ID = ? AND (CALL_ID = ID OR NOT ("
					+ ASKED + "))", id);
	}

	private static boolean isOne(JdbcClient.StatementSpec update) {
		return update.update() == 1;
	}

	private static Set<String> names(Collection<DurableState> states) {
		return states.stream().map(DurableState::name).collect(Collectors.toSet());
	}

}
