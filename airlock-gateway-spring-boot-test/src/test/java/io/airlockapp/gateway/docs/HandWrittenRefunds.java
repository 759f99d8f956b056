/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.docs;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

import org.springframework.web.client.RestClient;

/**
 * The refunds of the example as they were before the starter. They trust each response of
 * the gateway.
 */
class HandWrittenRefunds {

	private final List<String> refunded = new ArrayList<>();

	private final RestClient gateway;

	HandWrittenRefunds(RestClient gateway) {
		this.gateway = gateway;
	}

	// tag::before[]
	void refund(String order, BigDecimal amount) {
		String requestId = submit(order, amount);
		JsonNode answer = this.gateway.get()
			.uri("/v1/exchanges/{requestId}/wait?timeout=60", requestId)
			.retrieve()
			.body(JsonNode.class);
		if (answer != null && answer.at("/body/decision").asString().equals("approve")) {
			pay(order, amount);
		}
	}
	// end::before[]

	private String submit(String order, BigDecimal amount) {
		return "req-%s-%s".formatted(order, amount);
	}

	private void pay(String order, BigDecimal amount) {
		this.refunded.add(order + " " + amount);
	}

	List<String> refunded() {
		return this.refunded;
	}

}
