/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.io.IOException;

import javax.net.ssl.SSLException;

import io.airlockapp.gateway.client.GatewayError;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Provides advice on how to resolve failures of the gateway, missing pairings and missing
 * consent.
 */
public final class FailureMessages {

	private static final String HOW_TO_PAIR = "Set '%1$s.code' to a code that was generated on the phone, or start a pairing with the PairingManager; "
			+ "both require that 'airlock.gateway.pairing.store.type' is 'file' or 'jdbc'. Or set '%1$s.routing-token', "
			+ "'%1$s.encryption-key' and '%1$s.signer-keys.<id>'. Each requires credentials, such as "
			+ "'airlock.gateway.auth.pat'";

	private static final boolean SIMULATED = ClassUtils
		.isPresent("io.airlockapp.gateway.test.AutoConfigureAirlockSimulator", FailureMessages.class.getClassLoader());

	private FailureMessages() {
	}

	public static String notPaired(String pairing) {
		String properties = propertiesOf(pairing);
		if (Pairing.DEFAULT_NAME.equals(pairing)) {
			return "This application is not paired with an approver. " + inTest() + HOW_TO_PAIR.formatted(properties);
		}
		String inTest = SIMULATED
				? "In a test, set '%s.principals', and add @AutoConfigureAirlockSimulator. ".formatted(properties) : "";
		return "This application has no pairing named '%s'. %s%s".formatted(pairing, inTest,
				HOW_TO_PAIR.formatted(properties));
	}

	/**
	 * Return the advice for a test, which needs no phone.
	 * @return a sentence, which is empty if the support for tests is not on the class
	 * path
	 */
	public static String inTest() {
		return SIMULATED ? "In a test, add @AutoConfigureAirlockSimulator. " : "";
	}

	/**
	 * Return the prefix of the properties of a pairing.
	 * @param pairing the pairing's name
	 * @return the prefix without a dot at the end
	 */
	public static String propertiesOf(String pairing) {
		return Pairing.DEFAULT_NAME.equals(pairing) ? "airlock.gateway.pairing" : "airlock.gateway.pairings." + pairing;
	}

	public static String unknownPairing(String pairing) {
		return notPaired(pairing) + (Pairing.DEFAULT_NAME.equals(pairing) ? ""
				: ". If the name is misspelt, correct the attribute 'pairing' or the request");
	}

	/**
	 * Return the message of a failure with the remedy.
	 * @param failure the failure
	 * @return the message
	 */
	public static String forFailure(AirlockGatewayException failure) {
		String advice = advice(failure);
		String message = String.valueOf(failure.getMessage());
		return (advice != null) ? sentence(message) + advice : message;
	}

	/**
	 * Return why a server could not be reached.
	 * @param cause the failure of the connection
	 * @return the kind of failure, and its message
	 */
	public static String describe(IOException cause) {
		String name = cause.getClass().getSimpleName();
		return (cause.getMessage() != null) ? name + ": " + cause.getMessage() : name;
	}

	/**
	 * Return the message for an error response. It contains the remedy for a wrong
	 * address or wrong credentials, since every request fails alike.
	 */
	static String forResponse(GatewayError error) {
		StringBuilder text = new StringBuilder("The gateway responded with ").append(error.status());
		if (error.code() != null) {
			text.append(" (").append(error.code()).append(')');
		}
		if (error.message() != null) {
			text.append(": ").append(error.message());
		}
		if (error.status() / 100 == 3) {
			return sentence(text)
					+ "Redirects are not followed: check 'airlock.gateway.base-url' and proxies in between";
		}
		if (isIdentityRefused(error)) {
			return sentence(text) + "Check the credentials in 'airlock.gateway.auth.*'";
		}
		return text.toString();
	}

	private static String sentence(CharSequence text) {
		return text + ((text.charAt(text.length() - 1) == '.') ? " " : ". ");
	}

	private static boolean isIdentityRefused(GatewayError error) {
		return (error.status() == 401 || error.status() == 403) && !ConsentState.isCode(error.code())
				&& !"pairing_revoked".equals(error.code()) && !"quota_exceeded".equals(error.code());
	}

	static String forConsent(ConsentState state, @Nullable String url) {
		return switch (state) {
			case REQUIRED -> "The user has not consented to this application: consent ";
			case PENDING -> "The user has not yet decided about consent for this application: respond ";
			case DENIED -> "The user refused to consent to this application: to change that, consent ";
		} + ((url != null) ? "at " + url : "in the account that this application acts for");
	}

	private static @Nullable String advice(AirlockGatewayException failure) {
		if (failure.getClass() != AirlockGatewayException.class && !(failure instanceof AccessTokenException)) {
			// Not of a request to the gateway, such as that of a store
			return null;
		}
		if (failure.isUnexpected()) {
			return "This application itself cannot send the request: check its dependencies";
		}
		if (failure instanceof AccessTokenException) {
			return "Check the identity provider, and what this application obtains its access tokens from";
		}
		if (failure.isPairingRevoked()) {
			return "The pairing was revoked: pair this application again";
		}
		if (failure.isConsentMissing()) {
			return forConsent(ConsentState.ofCode(failure.getCode()), failure.getConsentUrl());
		}
		if ("no_approver".equals(failure.getCode())) {
			return "No approver has the routing token of the pairing: check 'airlock.gateway.pairing.routing-token', "
					+ "or 'airlock.gateway.pairings.<name>.routing-token', or pair again";
		}
		if (failure.isQuotaExceeded()) {
			return "The quota of this application is used up: ask for fewer approvals at a time, or for more quota";
		}
		if (failure.getStatus() / 100 == 3) {
			// The message contains it
			return null;
		}
		return switch (failure.getStatus()) {
			case 0 -> adviceOnConnection(failure);
			case 401, 403 -> null;
			case 404, 405 -> "Check the address in 'airlock.gateway.base-url'";
			case 409 ->
				failure.isOtherContent() ? "The gateway has this request with another content: possible tampering"
						: "The request conflicts with the state of the gateway: try again later";
			default -> (failure.getStatus() >= 500) ? "The gateway reports an internal error: try again later"
					: "The gateway refuses this request: check its artifact type, its size and the workspace's limits";
		};
	}

	private static String adviceOnConnection(AirlockGatewayException failure) {
		if (failure.isCertificateRejected()) {
			return "Check the certificate of 'airlock.gateway.base-url', or set 'airlock.gateway.ssl.bundle'";
		}
		return (failure.getCause() instanceof SSLException)
				? "Check 'airlock.gateway.base-url', 'airlock.gateway.ssl.bundle' and proxies in between"
				: "Check 'airlock.gateway.base-url' and the network";
	}

}
