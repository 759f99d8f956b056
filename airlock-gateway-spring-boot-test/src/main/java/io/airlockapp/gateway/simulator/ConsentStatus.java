package io.airlockapp.gateway.simulator;

import java.util.Locale;

/**
 * Status of the user's consent to the app's requests for approval.
 */
public enum ConsentStatus {

	/**
	 * The user agreed.
	 */
	APPROVED,

	/**
	 * The user has not been asked yet.
	 */
	REQUIRED,

	/**
	 * The user has been asked and has not answered yet.
	 */
	PENDING,

	/**
	 * The user refused.
	 */
	DENIED;

	String word() {
		return name().toLowerCase(Locale.ROOT);
	}

	String errorCode() {
		return "app_consent_" + word();
	}

}
