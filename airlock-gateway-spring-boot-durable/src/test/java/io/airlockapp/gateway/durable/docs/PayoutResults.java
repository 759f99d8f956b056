/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovalHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Example of a handler.
 */
@Component
class PayoutResults implements DurableApprovalHandler {

	private final JdbcTemplate jdbc;

	PayoutResults(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	// tag::handler[]
	@Override
	public void ended(DurableApproval approval, @Nullable ApprovalDecision decision) {
		this.jdbc.update("UPDATE PAYOUT SET STATE = ? WHERE REQUEST_ID = ?", approval.state().name(), approval.id());
	}
	// end::handler[]

}
