package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;

import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Pairing in progress. The text form holds no secret.
 *
 * @param nonce the nonce that identifies it to the gateway, or {@code null} while a code
 * is being claimed
 * @param privateKey our private key, encoded
 * @param publicKey our public key, encoded
 * @param codeDigest the digest of the code that is claimed, or {@code null} for a pairing
 * that this application initiated
 * @param routingToken the routing token, if the gateway has sent it already
 * @param expiresAt the time until which it can be completed
 * @param tries the number of attempts to claim the code
 */
record PairingAttempt(@Nullable String nonce, String privateKey, String publicKey, @Nullable String codeDigest,
		@Nullable String routingToken, Instant expiresAt, int tries) {

	/**
	 * As long as a code that was made in advance is valid.
	 */
	private static final Duration USUAL = Duration.ofMinutes(30);

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
	 * Check a text of the gateway.
	 * @throws PairingException if it is missing or has other characters than visible ones
	 */
	static String require(String what, @Nullable String text, int maxLength) {
		if (text == null || !VisibleAscii.matches(text, maxLength)) {
			throw new PairingException("The gateway's response has no usable " + what, null);
		}
		return text;
	}

	/**
	 * Return the deadline that the gateway says, within reason.
	 */
	static Instant deadline(@Nullable Instant expiresAt, Instant now) {
		if (expiresAt == null) {
			return now.plus(USUAL);
		}
		Instant longest = now.plus(LONGEST);
		return expiresAt.isAfter(longest) ? longest : expiresAt;
	}

	PairingAttempt triedAgain() {
		return new PairingAttempt(this.nonce, this.privateKey, this.publicKey, this.codeDigest, this.routingToken,
				this.expiresAt, this.tries + 1);
	}

	/**
	 * Return this attempt as the gateway claimed it.
	 * @throws PairingException if there is no usable nonce
	 */
	PairingAttempt claimed(@Nullable String newNonce, @Nullable String newRoutingToken, Instant newExpiresAt) {
		return new PairingAttempt(require("pairing nonce", newNonce, 512), this.privateKey, this.publicKey,
				this.codeDigest, newRoutingToken, newExpiresAt, this.tries);
	}

	/**
	 * Return whether another state of the same attempt is meant: keys are made for one
	 * attempt only.
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
