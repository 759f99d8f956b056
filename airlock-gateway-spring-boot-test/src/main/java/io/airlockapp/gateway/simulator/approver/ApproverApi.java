/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.approver;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.RequestedAction;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.gateway.ExchangeStore;
import io.airlockapp.gateway.simulator.gateway.Pairing;
import io.airlockapp.gateway.simulator.gateway.PairingRegistry;
import io.airlockapp.gateway.simulator.gateway.PairingRegistry.PairingCode;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.JsonBody;
import io.airlockapp.gateway.simulator.http.Reply;
import org.jspecify.annotations.Nullable;

import static io.airlockapp.gateway.Pairing.DEFAULT_NAME;

/**
 * Actions of the approvers' page.
 *
 * @param exchanges the exchanges
 * @param pairings the pairings
 */
public record ApproverApi(ExchangeStore exchanges, PairingRegistry pairings) {

	/**
	 * Decide by one of the buttons of a request.
	 */
	Reply decide(JsonBody body) {
		String requestId = body.text("requestId");
		String actionId = body.text("actionId");
		PendingRequest request = this.exchanges.pending()
			.stream()
			.filter((candidate) -> candidate.requestId().equals(requestId))
			.findFirst()
			.orElseThrow(ApproverApi::tooLate);
		RequestedAction action = ApproverView.actions(request)
			.stream()
			.filter((candidate) -> candidate.id().equals(actionId))
			.findFirst()
			.orElseThrow(() -> GatewayRefusal.badRequest("The request has no such action"));
		if (!this.exchanges.decide(requestId, new SimulatedDecision(action.verdict(), body.optionalText("reason")))) {
			throw tooLate();
		}
		return Reply.noContent();
	}

	/**
	 * Return the approver whose page it is.
	 */
	Approver approver(@Nullable String name) {
		Pairing pairing = this.pairings.initial().get((name != null) ? name : DEFAULT_NAME);
		if (pairing == null) {
			throw GatewayRefusal.notFound("There is no such approver");
		}
		return pairing.approver();
	}

	private static GatewayRefusal tooLate() {
		return GatewayRefusal.of(409, "too_late", "The request no longer waits for a decision");
	}

	/**
	 * Enter the code that an enforcer shows.
	 */
	Reply pair(Approver approver, JsonBody body) {
		try {
			this.pairings.enter(body.text("code"), approver);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw GatewayRefusal.badRequest(String.valueOf(ex.getMessage()));
		}
		return Reply.noContent();
	}

	/**
	 * Generate a code for an enforcer to claim.
	 */
	Reply makeCode(Approver approver) {
		PairingCode code = this.pairings.preGenerate(approver);
		return Reply.json(200,
				HarpJson.mapper()
					.createObjectNode()
					.put("code", code.code())
					.put("expiresAt", code.expiresAt().toEpochMilli()));
	}

}
