package io.airlockapp.gateway.durable.docs;

import java.math.BigDecimal;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Example of a caller that records in its transaction.
 */
// tag::recording[]
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

	@Transactional
	public DurableApproval close(String order, String account, BigDecimal amount) {
		DurableApproval recorded = this.approvals.recording(() -> this.payouts.pay(account, amount));
		this.jdbc.update("INSERT INTO PAYOUT (ORDER_ID, REQUEST_ID, STATE) VALUES (?, ?, ?)", order, recorded.id(),
				recorded.state().name());
		return recorded;
	}

}
// end::recording[]
