/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.tool.annotation.Tool;

/**
 * Tools of models, in this application and of its MCP server.
 */
class ShopTools {

	@Tool(description = "Refund an order")
	@McpTool(description = "Refund an order")
	@RequiresAirlockApproval("Refund by a model")
	public String refundOrder(String order) {
		return "refunded " + order;
	}

	@McpTool(description = "Refund an order, without a thread that waits")
	@RequiresAirlockApproval("Refund by a model")
	public Mono<String> refundOrderReactively(String order) {
		return Mono.just("refunded " + order);
	}

}
