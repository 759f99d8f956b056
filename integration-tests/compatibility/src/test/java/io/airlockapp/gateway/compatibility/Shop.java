/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import reactor.core.publisher.Mono;

import org.springframework.scheduling.annotation.Async;

/**
 * Refunds, each of which a person must approve.
 */
class Shop {

	private final List<String> refunded = Collections.synchronizedList(new ArrayList<>());

	@RequiresAirlockApproval(value = "Refund", description = "Refund order #{#order}")
	public String refund(String order) {
		return execute(order);
	}

	private String execute(String order) {
		this.refunded.add(order);
		return "refunded " + order;
	}

	@RequiresAirlockApproval("Refund")
	public CompletableFuture<String> refundLater(String order) {
		return CompletableFuture.completedFuture(execute(order));
	}

	@Async
	@RequiresAirlockApproval("Refund")
	public CompletableFuture<String> refundInBackground(String order) {
		return CompletableFuture.completedFuture(execute(order) + " by " + Thread.currentThread().getName());
	}

	@RequiresAirlockApproval("Refund")
	public Mono<String> refundReactively(String order) {
		return Mono.fromCallable(() -> execute(order));
	}

	public List<String> refunded() {
		return List.copyOf(this.refunded);
	}

}
