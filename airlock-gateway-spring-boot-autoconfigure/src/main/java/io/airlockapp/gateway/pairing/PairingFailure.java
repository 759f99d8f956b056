package io.airlockapp.gateway.pairing;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Why a new pairing failed.
 *
 * @param at when
 * @param reason what went wrong and what to do about it, in words for people
 * @param codeDigest the digest of the code that was claimed, if one was
 */
record PairingFailure(Instant at, String reason, @Nullable String codeDigest) {

	PairingFailure {
		Objects.requireNonNull(at);
		Objects.requireNonNull(reason);
	}

}
