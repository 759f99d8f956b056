/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.math.BigDecimal;
import java.util.Optional;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableState;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Example of a caller that records in its transaction.
 */
@Service
class OrderService {

	private final JdbcTemplate jdbc;

	private final DurableApprovals approvals;

	private final PayoutService payouts;

	OrderService(JdbcTemplate jdbc, DurableApprovals approvals, PayoutService payouts) {
		this.jdbc = jdbc;
		this.approvals = approvals;
		this.payouts = payouts;
	}

	// tag::recording[]
	@Transactional
	public Optional<DurableApproval> close(String order, String account, BigDecimal amount) {
		Optional<DurableApproval> recorded = this.approvals.recording(() -> this.payouts.pay(account, amount));
		this.jdbc.update("INSERT INTO PAYOUT (ORDER_ID, REQUEST_ID, STATE) VALUES (?, ?, ?)", order,
				recorded.map(DurableApproval::id).orElse(null),
				recorded.map(DurableApproval::state).orElse(DurableState.DONE).name());
		return recorded;
	}
	// end::recording[]

}
