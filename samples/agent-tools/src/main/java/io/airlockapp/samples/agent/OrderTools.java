package io.airlockapp.samples.agent;

import java.math.BigDecimal;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/**
 * Tools for a model. It may look at orders without approval, and refund them once a
 * person has approved it. The same methods are tools of the agent in this application and
 * of its MCP server.
 */
@Component
public class OrderTools {

	private final Orders orders;

	OrderTools(Orders orders) {
		this.orders = orders;
	}

	/**
	 * Return an order.
	 * @param number the order's number
	 * @return the order
	 */
	@Tool(description = "Look up an order")
	@McpTool(description = "Look up an order")
	public Order findOrder(long number) {
		return this.orders.find(number);
	}

	/**
	 * Refund a part of an order, once a person has approved it.
	 * @param number the order's number
	 * @param amount the amount
	 * @return the order
	 */
	// tag::refund[]
	@Tool(description = "Refund a part of an order. A person is asked for approval first")
	@McpTool(description = "Refund a part of an order. A person is asked for approval first")
	@RequiresAirlockApproval(value = "Refund by an agent", description = "Refund #{#amount} for order #{#number}")
	public Order refundOrder(long number, BigDecimal amount) {
		return this.orders.refund(number, amount);
	}
	// end::refund[]

}
