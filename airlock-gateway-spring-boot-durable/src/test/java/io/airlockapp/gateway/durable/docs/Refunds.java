/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.durable.method.RestartUncommitted;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Example of a method that restarts.
 */
@Service
class Refunds {

	private final JdbcTemplate jdbc;

	Refunds(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	// tag::restart[]
	@Transactional
	@RestartUncommitted
	@RequiresAirlockApproval(value = "Refund", durable = true)
	public void refund(String order) {
		this.jdbc.update("UPDATE PAYOUT SET STATE = 'REFUNDED' WHERE ORDER_ID = ?", order);
	}
	// end::restart[]

}
