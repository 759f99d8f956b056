package io.airlockapp.gateway.exchange;

import io.airlockapp.gateway.AirlockGatewayException;

/**
 * Lists the failures of requests to the gateway that end an approval before its deadline.
 * All others can pass, so what they hit is tried again: an approval may have been given
 * meanwhile.
 */
final class EndingFailures {

	private EndingFailures() {
	}

	/**
	 * Return whether a failure ends an approval at whatever request it happens: the
	 * credentials are refused (after a token was refreshed), consent or pairing are
	 * missing, nobody is signed in, or the certificate is not trusted.
	 * @param failure the failure
	 * @return whether it is of no use to try again
	 */
	static boolean contains(AirlockGatewayException failure) {
		if (failure.isPairingRevoked() || failure.isConsentMissing()) {
			return true;
		}
		return switch (failure.getStatus()) {
			case 0 -> !failure.isTransient();
			case 401 -> true;
			case 403 -> !failure.isQuotaExceeded();
			default -> false;
		};
	}

	/**
	 * Return whether a failure ends an approval when it is submitted: the gateway refuses
	 * what it was sent, or has the request with another content.
	 * @param failure the failure
	 * @return whether it is of no use to try again
	 */
	static boolean containsAtSubmission(AirlockGatewayException failure) {
		return contains(failure) || failure.getStatus() == 400 || failure.getStatus() == 422
				|| failure.isOtherContent();
	}

}
