package io.airlockapp.gateway.pairing;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Messages about codes that could not be claimed, each with the action to take.
 */
final class ClaimRefusals {

	private static final String MAKE_A_NEW_ONE = "make a new one on the phone, and set it in '%s.code' or claim it";

	private ClaimRefusals() {
	}

	/**
	 * Explain the gateway's refusal.
	 * @param name the pairing's name
	 * @param refusal the refusal
	 * @param repeated whether an earlier claim may have reached the gateway
	 * @return what to tell
	 */
	static PairingException explain(String name, AirlockGatewayException refusal, boolean repeated) {
		String subject = "The pairing code of '%s' ".formatted(name);
		String action = MAKE_A_NEW_ONE.formatted(PairingReasons.prefix(name));
		if (refusal.isExpired()) {
			return new PairingException(subject + "is expired: " + action, refusal);
		}
		return switch (refusal.getStatus()) {
			case 404 -> new PairingException(subject + "is not known to the gateway: check it, or " + action, refusal);
			case 409 -> new PairingException(subject + "was used before"
					+ (repeated
							? ", maybe by this application in a try whose answer got lost: if the phone shows such a "
									+ "pairing, revoke it there, and "
							: ": ")
					+ action, refusal);
			case 401, 403 -> new PairingException(
					subject + "could not be claimed, since the gateway refuses this " + "application: "
							+ refusal.getMessage() + ". Check 'airlock.gateway.auth.*' and start the application again",
					refusal);
			default -> new PairingException(
					subject + "could not be claimed: " + refusal.getMessage() + ". Check it, or " + action, refusal);
		};
	}

	static String tooLate(String name) {
		return "The pairing code of '%s' could not be claimed in time, since the gateway could not be asked: "
			.formatted(name) + MAKE_A_NEW_ONE.formatted(PairingReasons.prefix(name));
	}

}
