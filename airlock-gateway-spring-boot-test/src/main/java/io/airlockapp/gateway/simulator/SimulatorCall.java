/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Kind of request that the gateway supports.
 */
public enum SimulatorCall {

	/**
	 * Get the gateway's time.
	 */
	ECHO("GET", "/echo"),

	/**
	 * Get the identity provider.
	 */
	DISCOVERY("GET", "/v1/integrations/discovery"),

	/**
	 * Submit an artifact for approval.
	 */
	SUBMIT_ARTIFACT("POST", "/v1/artifacts"),

	/**
	 * Get the state of an exchange.
	 */
	EXCHANGE_STATUS("GET", "/v1/exchanges/{requestId}"),

	/**
	 * Wait for a decision.
	 */
	WAIT_FOR_DECISION("GET", "/v1/exchanges/{requestId}/wait"),

	/**
	 * Withdraw an exchange.
	 */
	WITHDRAW("POST", "/v1/exchanges/{requestId}/withdraw"),

	/**
	 * Acknowledge a delivered decision.
	 */
	ACKNOWLEDGE("POST", "/v1/acks"),

	/**
	 * Start a pairing whose code is entered on the phone.
	 */
	PAIRING_INITIATE("POST", "/v1/pairing/initiate"),

	/**
	 * Get the state of a pairing.
	 */
	PAIRING_STATUS("GET", "/v1/pairing/{nonce}/status"),

	/**
	 * Generate a pairing code that an enforcer claims later.
	 */
	PAIRING_PRE_GENERATE("POST", "/v1/pairing/pre-generate"),

	/**
	 * Claim a pairing code.
	 */
	PAIRING_CLAIM("POST", "/v1/pairing/claim"),

	/**
	 * Revoke a pairing.
	 */
	PAIRING_REVOKE("POST", "/v1/pairing/revoke"),

	/**
	 * Report the presence of an enforcer.
	 */
	HEARTBEAT("POST", "/v1/presence/heartbeat"),

	/**
	 * Get the do-not-disturb policies in force.
	 */
	DND_POLICIES("GET", "/v1/policy/dnd/effective"),

	/**
	 * Check the consent by its documented path.
	 */
	CONSENT_CHECK("GET", "/v1/consents/check"),

	/**
	 * Check the consent by its deployed path.
	 */
	CONSENT_STATUS("GET", "/v1/consent/status");

	private final String method;

	private final String[] template;

	SimulatorCall(String method, String template) {
		this.method = method;
		this.template = template.split("/");
	}

	/**
	 * Return the HTTP method of the call.
	 * @return the method in upper case
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Return the path template of the call, such as {@code /v1/exchanges/{requestId}}.
	 * @return the path template
	 */
	public String path() {
		return String.join("/", this.template);
	}

	/**
	 * Match a path as it was sent.
	 * @param rawPath the path, percent-encoded
	 * @return the decoded variables, or {@code null} if the path does not match
	 */
	@Nullable List<String> match(String rawPath) {
		String[] segments = rawPath.split("/", -1);
		if (segments.length != this.template.length) {
			return null;
		}
		List<String> variables = new ArrayList<>();
		for (int i = 0; i < segments.length; i++) {
			if (this.template[i].startsWith("{")) {
				// A plus sign is not an encoded space in a path
				variables.add(URLDecoder.decode(segments[i].replace("+", "%2B"), StandardCharsets.UTF_8));
			}
			else if (!segments[i].equals(this.template[i])) {
				return null;
			}
		}
		return variables;
	}

	boolean needsIdentity() {
		return this != ECHO && this != DISCOVERY;
	}

	/**
	 * Return whether the messages of the call, and so its errors, are in HARP envelopes.
	 */
	public boolean speaksHarp() {
		return switch (this) {
			case SUBMIT_ARTIFACT, EXCHANGE_STATUS, WAIT_FOR_DECISION, WITHDRAW, ACKNOWLEDGE -> true;
			default -> false;
		};
	}

}
