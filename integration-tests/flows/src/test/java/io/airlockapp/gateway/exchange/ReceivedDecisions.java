/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Instant;

import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.harp.DecisionMessage;
import tools.jackson.databind.JsonNode;

/**
 * Lends tests the step between what the gateway answers and what is verified.
 */
public final class ReceivedDecisions {

	private ReceivedDecisions() {
	}

	public static DecisionMessage message(Envelope<JsonNode> envelope) {
		return ReceivedDecision.of(envelope, Instant.EPOCH).message();
	}

}
