/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.benchmarks.durable;

import java.math.BigDecimal;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.DurableApprovals;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Service whose payouts require a person's approval, which can be given days later.
 */
class Payouts {

	private final JdbcTemplate jdbc;

	Payouts(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Pay an amount, which records the time.
	 */
	@RequiresAirlockApproval(value = "Payout", description = "Pay #{#amount} to #{#account}", durable = true)
	public void pay(String account, BigDecimal amount) {
		this.jdbc.update("INSERT INTO STARTED (ID, AT) VALUES (?, ?)", DurableApprovals.current().orElseThrow().id(),
				System.currentTimeMillis());
	}

	/**
	 * Use a thread until the application ends.
	 */
	@RequiresAirlockApproval(value = "Report", durable = true)
	public void report() throws InterruptedException {
		Thread.sleep(Long.MAX_VALUE);
	}

}
