package io.airlockapp.samples.agent;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an agent with an approver who is given one second, and doesn't decide.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "agent-tools.approver.port=0", "airlock.gateway.approval.timeout=1s" })
@Import(SimulatedGateway.class)
class AgentToolsTimeoutTests {

	@Autowired
	private Agent agent;

	@Autowired
	private Orders orders;

	@Test
	void refundWhenUndecidedReportsTimeoutToModel() {
		assertThat(this.agent.ask("I was charged too much").lines()).satisfiesExactly(
				(first) -> assertThat(first).startsWith("findOrder: {"),
				(second) -> assertThat(second).startsWith("refundOrder: NOT CARRIED OUT: ")
					.contains("did not decide in time")
					.doesNotContain("denied"));
		assertThat(this.orders.find(42).refunded()).isZero();
	}

}
