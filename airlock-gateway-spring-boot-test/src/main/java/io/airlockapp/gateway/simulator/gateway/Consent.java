/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.util.Map;

import io.airlockapp.gateway.simulator.ConsentStatus;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;

/**
 * Consent of the user to the application's requests for approval.
 */
public final class Consent {

	private volatile ConsentStatus status = ConsentStatus.APPROVED;

	private final String consentUrl;

	public Consent(String consentUrl) {
		this.consentUrl = consentUrl;
	}

	ConsentStatus status() {
		return this.status;
	}

	public void set(ConsentStatus newStatus) {
		this.status = newStatus;
	}

	/**
	 * Refuse a call that requires consent if there is none.
	 */
	void require() {
		ConsentStatus current = this.status;
		if (current != ConsentStatus.APPROVED) {
			throw GatewayRefusal.of(403, current.errorCode(), "The user's consent to this app is " + current.word())
				.withDetails(
						Map.of("consentUrl", this.consentUrl, "appName", "Simulated app", "appId", "simulated-app"));
		}
	}

}
