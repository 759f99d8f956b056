/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Instant;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import org.jspecify.annotations.Nullable;

/**
 * Messages for people that state the reason why a pairing is not in force.
 */
final class PairingMessages {

	private static final String MAKE_A_NEW_ONE = "generate a new one on the phone, and set it in '%s.code' or claim it";

	private PairingMessages() {
	}

	/**
	 * Return the reason why a stored pairing is not in force.
	 * @return the reason, or {@code null} if the document contains none
	 */
	static @Nullable String whyNotInForce(String name, PairingDocument document, Instant now) {
		if (document.attempt() != null) {
			return underWay(name, document.attempt(), now);
		}
		if (document.failure() != null) {
			return document.failure().reason();
		}
		Revocation revocation = document.revocation();
		if (revocation != null) {
			return (revocation.by() == Revoker.GATEWAY) ? revokedByGateway(name, revocation.at())
					: "The pairing '%s' was revoked at %s: pair again".formatted(name, revocation.at());
		}
		return (document.active() != null && document.inForce() == null)
				? "All keys of the pairing '%s' are revoked: pair again".formatted(name) : null;
	}

	private static String underWay(String name, PairingAttempt attempt, Instant now) {
		if (now.isAfter(attempt.expiresAt())) {
			return "The pairing '%s' was not completed until %s: start it again".formatted(name, attempt.expiresAt());
		}
		return "The pairing '%s' is under way until %s: complete it on the phone, and try again".formatted(name,
				attempt.expiresAt());
	}

	static String beginning(String name) {
		return "The pairing '%s' is under way: its code is about to be claimed; try again".formatted(name);
	}

	static String brokenOff(String name, String failure) {
		return "The pairing '%s' cannot go on, because this application failed; fix the cause and start it again: %s"
			.formatted(name, failure);
	}

	static String revokedByGateway(String name, Instant at) {
		return ("The pairing '%s' was revoked according to the gateway, which reported this at %s: pair again. If nobody revoked it, ask who runs the "
				+ "gateway")
			.formatted(name, at);
	}

	static String configuredRevoked(String name) {
		return ("The pairing '%s' from the properties '%s.*' was revoked, but only in this instance and until it restarts: "
				+ "replace them, or remove them and pair again, and restart all instances")
			.formatted(name, FailureMessages.propertiesOf(name));
	}

	/**
	 * Create an exception for a code that the gateway refused.
	 * @param refusal the refusal
	 * @param repeated whether an earlier claim may have reached the gateway
	 */
	static PairingException refusedCode(String name, AirlockGatewayException refusal, boolean repeated) {
		String why = refusal.isExpired() ? "is expired: " : switch (refusal.getStatus()) {
			case 404 -> "is not known to the gateway: check it, or ";
			case 409 -> "was used before" + (repeated
					? ", possibly by this application in an attempt whose response was lost: if the phone shows such a "
							+ "pairing, revoke it there, and "
					: ": ");
			case 401, 403 -> "could not be claimed, because the gateway refuses this application: "
					+ FailureMessages.forFailure(refusal) + ", and start the application again, or, after 30 minutes, ";
			default -> "could not be claimed: " + refusal.getMessage() + ". Check it, or ";
		};
		String action = MAKE_A_NEW_ONE.formatted(FailureMessages.propertiesOf(name));
		return new PairingException("The pairing code of '%s' %s%s".formatted(name, why, action), refusal);
	}

	static String claimedTooLate(String name) {
		return "The pairing code of '%s' could not be claimed in time, because requests to the gateway failed: "
			.formatted(name) + MAKE_A_NEW_ONE.formatted(FailureMessages.propertiesOf(name));
	}

}
