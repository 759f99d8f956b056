package io.airlockapp.gateway.pairing;

import java.time.Instant;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.pairing.PairingDocument.Revocation;
import io.airlockapp.gateway.pairing.PairingDocument.Revoker;
import org.jspecify.annotations.Nullable;

/**
 * Messages for people that explain why pairings are not in force.
 */
final class PairingReasons {

	private PairingReasons() {
	}

	/**
	 * Return why a stored pairing is not in force.
	 * @return the reason, or {@code null} if nothing is stored that says it
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
					: "The pairing '%s' was revoked at %s: pair anew".formatted(name, revocation.at());
		}
		return (document.active() != null && document.inForce() == null)
				? "All keys of the pairing '%s' are revoked: pair anew".formatted(name) : null;
	}

	private static String underWay(String name, PairingAttempt attempt, Instant now) {
		if (now.isAfter(attempt.expiresAt())) {
			return "The pairing '%s' was not completed until %s: start it anew".formatted(name, attempt.expiresAt());
		}
		return "The pairing '%s' is under way until %s: complete it on the phone, and try again".formatted(name,
				attempt.expiresAt());
	}

	static String beginning(String name) {
		return "The pairing '%s' is under way: its code is about to be claimed; try again".formatted(name);
	}

	static String brokenOff(String name, String failure) {
		return "The pairing '%s' can't go on, since this application failed; mend that and start it again: %s"
			.formatted(name, failure);
	}

	static String revokedByGateway(String name, Instant at) {
		return ("The pairing '%s' was revoked, as the gateway says since %s: pair anew. If nobody revoked it, reinstate "
				+ "it with the PairingManager")
			.formatted(name, at);
	}

	static String configuredRevoked(String name) {
		return ("The pairing '%s' from the properties '%s.*', or each of its keys, was revoked: pair anew, and remove "
				+ "those properties")
			.formatted(name, prefix(name));
	}

	static String missing(String name) {
		return "There is no pairing '%s': set '%s.code' to a code that was made on the phone, or start a pairing with the "
			.formatted(name, prefix(name)) + "PairingManager; until then, guarded methods are denied";
	}

	static String prefix(String name) {
		return Pairing.DEFAULT_NAME.equals(name) ? "airlock.gateway.pairing" : "airlock.gateway.pairings." + name;
	}

}
