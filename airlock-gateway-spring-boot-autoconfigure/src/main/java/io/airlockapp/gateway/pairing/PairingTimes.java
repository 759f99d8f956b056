package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Until when a pairing that is under way is waited for.
 */
final class PairingTimes {

	/**
	 * As long as a code that was made in advance is valid.
	 */
	static final Duration USUAL = Duration.ofMinutes(30);

	private static final Duration LONGEST = Duration.ofHours(24);

	private PairingTimes() {
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

}
