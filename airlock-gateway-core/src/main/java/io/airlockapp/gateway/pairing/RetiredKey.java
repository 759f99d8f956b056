package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Key of a pairing that was replaced. Its decisions count for requests that were made
 * before the replacement.
 *
 * @param id the key's id
 * @param key the public key, encoded
 * @param until the expiry of the last request that it may decide
 */
record RetiredKey(String id, String key, Instant until) {

	/**
	 * The longest that a request can be waited for.
	 */
	private static final Duration LONGEST_REQUEST = Duration.ofDays(7);

	private static final int MAX_KEYS = 16;

	RetiredKey {
		Objects.requireNonNull(id);
		Objects.requireNonNull(key);
		Objects.requireNonNull(until);
	}

	/**
	 * Return the retired keys once more, without those that are of no use any more, and
	 * with those of a pairing that is replaced now.
	 */
	static List<RetiredKey> retire(List<RetiredKey> retired, @Nullable ActivePairing replaced, Instant now) {
		Stream<RetiredKey> added = (replaced == null) ? Stream.empty()
				: replaced.signerKeys()
					.stream()
					.map((key) -> new RetiredKey(key.id(), key.encode(), now.plus(LONGEST_REQUEST)));
		return Stream.concat(added, retired.stream().filter((key) -> key.isOfUse(now))).limit(MAX_KEYS).toList();
	}

	boolean isOfUse(Instant now) {
		return now.isBefore(this.until);
	}

	SignerKey toSignerKey() {
		return SignerKey.of(this.id, this.key);
	}

}
