/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalRequest;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Reads orders in requests without a transaction, before a person is asked and after.
 */
@RestController
class OrderController {

	private final Orders orders;

	private final Refunds refunds;

	private final AirlockGatewayOperations gateway;

	OrderController(Orders orders, Refunds refunds, AirlockGatewayOperations gateway) {
		this.orders = orders;
		this.refunds = refunds;
		this.gateway = gateway;
	}

	@GetMapping("/orders/{id}")
	Long order(@PathVariable Long id) {
		return find(id).getId();
	}

	@PostMapping("/orders/{id}/refund")
	List<OrderLine> refund(@PathVariable Long id) {
		CustomerOrder order = find(id);
		this.refunds.refund(id);
		return order.getLines();
	}

	@PostMapping("/orders/{id}/refund-shown")
	List<OrderLine> refundShown(@PathVariable Long id) {
		CustomerOrder order = find(id);
		this.refunds.refundShown(order);
		return order.getLines();
	}

	@PostMapping("/orders/{id}/refund-later")
	CompletableFuture<List<OrderLine>> refundLater(@PathVariable Long id) {
		CustomerOrder order = find(id);
		return this.refunds.refundLater(id).thenApply((nothing) -> order.getLines());
	}

	@PostMapping("/orders/{id}/refund-requested")
	List<OrderLine> refundRequested(@PathVariable Long id) {
		CustomerOrder order = find(id);
		this.gateway.requestApproval(request(id));
		return order.getLines();
	}

	@PostMapping("/orders/{id}/refund-requested-later")
	CompletableFuture<List<OrderLine>> refundRequestedLater(@PathVariable Long id) {
		CustomerOrder order = find(id);
		return this.gateway.requestApprovalAsync(request(id)).thenApply((decision) -> order.getLines());
	}

	private CustomerOrder find(Long id) {
		return this.orders.findById(id).orElseThrow();
	}

	private static ApprovalRequest request(Long id) {
		return ApprovalRequest.builder("Refund", "Refund order " + id).build();
	}

}
