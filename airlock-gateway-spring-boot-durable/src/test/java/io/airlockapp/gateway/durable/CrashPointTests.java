/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.durable.exchange.StoredBallot;
import io.airlockapp.gateway.durable.jdbc.JdbcDurableCallStore;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests that each {@link CrashPoint} names a statement of {@link JdbcDurableCallStore},
 * without which no process would halt there.
 */
class CrashPointTests extends StepTests {

	private final Set<CrashPoint> found = EnumSet.noneOf(CrashPoint.class);

	@Test
	void statementsAreThoseOfTheStore() {
		DurableCall call = this.instance.store.findCall(this.instance.record().id());
		decide(call.id(), "approve");
		StoredBallot ballot = this.instance.store.findCall(call.id()).ballots().get(0);
		DurableCallStore store = new JdbcDurableCallStore(recording(), TestInstance.STORE_KEY, List.of(), false,
				Persons.unknown());
		Instant now = this.instance.now;
		List.of("AIRLOCK_DURABLE_BALLOT", "AIRLOCK_DURABLE", "AIRLOCK_NONCE")
			.forEach((table) -> this.instance.jdbc.update("DELETE FROM " + table));
		assertFound(() -> store.insert(call), CrashPoint.BEFORE_RECORDING_COMMITS, CrashPoint.RECORDED);
		assertFound(() -> store.insert(List.of(ballot)), CrashPoint.BEFORE_ARTIFACT_IS_STORED,
				CrashPoint.ARTIFACT_STORED);
		assertFound(() -> store.submitted(ballot, now), CrashPoint.BEFORE_SUBMISSION_IS_STORED,
				CrashPoint.SUBMISSION_STORED);
		assertFound(() -> store.keepDecision(ballot, ballot.decision(), now), CrashPoint.BEFORE_DECISION_IS_STORED,
				CrashPoint.DECISION_STORED);
		assertFound(() -> store.claim(call.id(), "run-1", "one", 1, now), CrashPoint.BEFORE_CLAIM_COMMITS,
				CrashPoint.CLAIMED);
		assertFound(() -> store.startAgain(call.id(), "run-1", "problem", 2, now),
				CrashPoint.BEFORE_CLAIM_IS_TAKEN_BACK, CrashPoint.CLAIM_TAKEN_BACK);
		assertFound(() -> store.endRun(call.id(), "run-1", DurableState.DONE, null, now),
				CrashPoint.BEFORE_OUTCOME_IS_STORED, CrashPoint.OUTCOME_STORED);
		assertFound(() -> store.cancelling(call.id()), CrashPoint.CANCELLATION_STORED);
		assertFound(() -> store.end(call, DurableState.CANCELLED, null, now), CrashPoint.BEFORE_WITHDRAWAL_IS_STORED);
	}

	private void assertFound(Runnable change, CrashPoint... points) {
		this.found.clear();
		change.run();
		assertThat(this.found).containsExactlyInAnyOrder(points);
	}

	/**
	 * Return the database, with each statement compared to those of the points.
	 */
	private DataSource recording() {
		return new DelegatingDataSource(this.instance.dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				Connection recording = mock(Connection.class, delegatesTo(connection));
				willAnswer((called) -> {
					String statement = called.getArgument(0);
					CrashPointTests.this.found.addAll(CrashPoint.of(statement));
					return connection.prepareStatement(statement);
				}).given(recording).prepareStatement(anyString());
				return recording;
			}

		};
	}

}
