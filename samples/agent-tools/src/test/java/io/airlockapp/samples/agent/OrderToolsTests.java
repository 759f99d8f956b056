package io.airlockapp.samples.agent;

import java.util.Arrays;

import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.test.ApproveAll;
import io.airlockapp.gateway.test.AutoConfigureAirlockSimulator;
import io.airlockapp.gateway.test.RejectAll;
import org.junit.jupiter.api.Test;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OrderTools} without a model.
 */
@SpringBootTest
@AutoConfigureAirlockSimulator
class OrderToolsTests {

	@Autowired
	private OrderTools tools;

	@Autowired
	private SimulatedApprover approver;

	// tag::tools[]
	@Test
	@ApproveAll
	void refundsOnceApproved() {
		callRefundOrder("{\"number\": 47, \"amount\": 19.95}");
		assertThat(this.approver).wasAskedTo("Refund by an agent")
			.hasArgument("number", "47")
			.hasArgument("amount", "19.95");
	}

	@Test
	@RejectAll("Too much")
	void returnsTheDenialToTheModel() {
		assertThatExceptionOfType(ToolExecutionException.class)
			.isThrownBy(() -> callRefundOrder("{\"number\": 48, \"amount\": 19.95}"))
			.withMessageStartingWith("NOT CARRIED OUT: a person was asked to approve this call and denied it");
	}

	private String callRefundOrder(String arguments) {
		return Arrays.stream(ToolCallbacks.from(this.tools))
			.filter((tool) -> tool.getToolDefinition().name().equals("refundOrder"))
			.findFirst()
			.orElseThrow()
			.call(arguments);
	}
	// end::tools[]

}
