/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * A client with a guarded method.
 */
@Component
class PayoutClient {

	private final RestClient client;

	PayoutClient(RestClient.Builder builder) {
		this.client = builder.baseUrl("https://bank.example").build();
	}

	@RequiresAirlockApproval("Pay out")
	public @Nullable String payOut(String recipient) {
		return this.client.post().uri("/payouts/{recipient}", recipient).retrieve().body(String.class);
	}

}
