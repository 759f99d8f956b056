/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.Locale;

/**
 * Status of the user's consent to the application's requests for approval.
 */
public enum ConsentStatus {

	/**
	 * The user has consented.
	 */
	APPROVED,

	/**
	 * The user has not been asked for consent.
	 */
	REQUIRED,

	/**
	 * The user has been asked for consent and has not responded.
	 */
	PENDING,

	/**
	 * The user has refused.
	 */
	DENIED;

	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	public String errorCode() {
		return "app_consent_" + word();
	}

}
