/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when approval cannot be requested because the user has not consented
 * to this application. {@link #getConsentUrl()} returns the page for the consent.
 */
public class ApprovalConsentException extends ApprovalUnavailableException {

	private final ConsentState state;

	/**
	 * Create an exception for a request that the gateway refused.
	 * @param refusal the refusal
	 * @param requestId the id of the approval request, if any
	 */
	public ApprovalConsentException(AirlockGatewayException refusal, @Nullable String requestId) {
		super(FailureMessages.forFailure(refusal) + ((requestId != null) ? " (request %s)".formatted(requestId) : ""),
				requestId, refusal);
		this.state = ConsentState.ofCode(refusal.getCode());
	}

	/**
	 * Create an exception for the result of a consent check.
	 * @param state the state of the consent
	 */
	public ApprovalConsentException(ConsentState state) {
		super(FailureMessages.forConsent(state, null), null, null);
		this.state = state;
	}

	/**
	 * Return the reason for the missing consent.
	 * @return the state of the consent
	 */
	public ConsentState getState() {
		return this.state;
	}

}
