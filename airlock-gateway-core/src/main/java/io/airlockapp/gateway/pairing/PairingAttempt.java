/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;

import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Pairing in progress. The text form contains no secret.
 *
 * @param nonce the nonce that identifies the attempt to the gateway, or {@code null}
 * while a code is being claimed
 * @param privateKey the encoded private key of this application
 * @param publicKey the encoded public key of this application
 * @param codeDigest the digest of the claimed code, or {@code null} for a pairing that
 * this application initiated
 * @param routingToken the routing token, if already received
 * @param expiresAt the time until which the pairing can be completed
 * @param tries the number of attempts to claim the code
 */
record PairingAttempt(@Nullable String nonce, String privateKey, String publicKey, @Nullable String codeDigest,
		@Nullable String routingToken, Instant expiresAt, int tries) {

	/**
	 * The minimum time for which a code is polled, whatever the gateway's clock says.
	 */
	private static final Duration SHORTEST = Duration.ofMinutes(5);

	/**
	 * The validity of a code that was created in advance.
	 */
	static final Duration VALIDITY = Duration.ofMinutes(30);

	/**
	 * The maximum length of a routing token.
	 */
	static final int MAX_ROUTING_TOKEN = 4096;

	private static final Duration LONGEST = Duration.ofHours(24);

	PairingAttempt {
		Objects.requireNonNull(privateKey);
		Objects.requireNonNull(publicKey);
		Objects.requireNonNull(expiresAt);
	}

	static PairingAttempt initiated(PairingKeyAgreement keys, @Nullable String nonce, Instant expiresAt) {
		return new PairingAttempt(require("pairing nonce", nonce, 512), keys.encodePrivateKey(), keys.publicKey(), null,
				null, expiresAt, 0);
	}

	static PairingAttempt claiming(PairingKeyAgreement keys, String codeDigest, Instant expiresAt) {
		return new PairingAttempt(null, keys.encodePrivateKey(), keys.publicKey(), codeDigest, null, expiresAt, 1);
	}

	/**
	 * Validate a text of the gateway.
	 * @throws PairingException if the text is missing, too long or contains characters
	 * other than visible ASCII
	 */
	static String require(String what, @Nullable String text, int maxLength) {
		if (text == null || !VisibleAscii.matches(text, maxLength)) {
			throw new PairingException("The gateway's response has no usable " + what);
		}
		return text;
	}

	/**
	 * Return the deadline specified by the gateway, limited to a minimum, since its clock
	 * may be behind, and to a maximum, or a default.
	 */
	static Instant deadline(@Nullable Instant expiresAt, Instant now) {
		if (expiresAt == null) {
			return now.plus(VALIDITY);
		}
		Instant shortest = now.plus(SHORTEST);
		if (expiresAt.isBefore(shortest)) {
			return shortest;
		}
		Instant longest = now.plus(LONGEST);
		return expiresAt.isAfter(longest) ? longest : expiresAt;
	}

	PairingAttempt triedAgain() {
		return new PairingAttempt(this.nonce, this.privateKey, this.publicKey, this.codeDigest, this.routingToken,
				this.expiresAt, this.tries + 1);
	}

	/**
	 * Return a copy with the gateway's response to the claim.
	 * @throws PairingException if the nonce or the routing token cannot be used
	 */
	PairingAttempt claimed(@Nullable String newNonce, @Nullable String newRoutingToken, Instant newExpiresAt) {
		return new PairingAttempt(require("pairing nonce", newNonce, 512), this.privateKey, this.publicKey,
				this.codeDigest,
				(newRoutingToken != null && !newRoutingToken.isBlank())
						? require("routing token", newRoutingToken, MAX_ROUTING_TOKEN) : null,
				newExpiresAt, this.tries);
	}

	/**
	 * Return whether the other attempt is the same one in a possibly different state.
	 * Keys are generated per attempt.
	 */
	boolean isSame(@Nullable PairingAttempt other) {
		return other != null && other.publicKey.equals(this.publicKey);
	}

	PairingKeyAgreement keys() {
		Base64.Decoder decoder = Base64.getUrlDecoder();
		return PairingKeyAgreement.of(decoder.decode(this.privateKey), decoder.decode(this.publicKey));
	}

	@Override
	public String toString() {
		return "PairingAttempt[expiresAt=%s]".formatted(this.expiresAt);
	}

}
