/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.exchange.StoredBallot;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds the states of calls with the votes on them. A vote that cannot be decrypted is
 * omitted, so that the states can be read without the key.
 *
 * @param client the access to the database
 * @param rows the reader of rows
 */
record DurableApprovalQueries(JdbcClient client, DurableRows rows) {

	/**
	 * Find the states of calls.
	 * @param condition the condition with the order and the limit
	 * @param parameters the parameters of the condition
	 * @return the states, in this order
	 */
	List<DurableApproval> find(String condition, Map<String, ?> parameters) {
		Map<DurableApproval, ApproverGroup> found = new LinkedHashMap<>();
		this.client
			.sql("SELECT %s, APPROVERS FROM AIRLOCK_DURABLE %s".formatted(DurableRows.APPROVAL_COLUMNS, condition))
			.params(parameters)
			.query((row) -> {
				found.put(DurableRows.readApproval(row), DurableRows.readApprovers(row));
			});
		Map<String, List<StoredBallot>> ballots = found.isEmpty() ? Map.of()
				: findBallots(found.keySet().stream().map(DurableApproval::id).toList());
		return found.entrySet()
			.stream()
			.map((entry) -> this.rows.withVotes(entry.getKey(), entry.getValue(),
					ballots.getOrDefault(entry.getKey().id(), List.of())))
			.toList();
	}

	private Map<String, List<StoredBallot>> findBallots(List<String> ids) {
		Map<String, List<StoredBallot>> ballots = new HashMap<>();
		this.client
			.sql("SELECT CALL_ID, %s FROM AIRLOCK_DURABLE_BALLOT B WHERE CALL_ID IN (:ids) ORDER BY %s"
				.formatted(DurableRows.BALLOT_COLUMNS, DurableRows.BALLOT_ORDER))
			.param("ids", ids)
			.query((row) -> {
				String callId = row.getString("CALL_ID");
				List<StoredBallot> ofCall = ballots.computeIfAbsent(callId, (id) -> new ArrayList<>());
				if (ofCall.size() < DurableRows.MAX_BALLOTS) {
					ofCall.add(this.rows.readVote(row, callId));
				}
			});
		return ballots;
	}

}
