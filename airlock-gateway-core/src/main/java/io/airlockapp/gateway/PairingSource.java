package io.airlockapp.gateway;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for finding the pairings in force. It is called anew for each
 * approval, both when the request is sent and when its decision is verified. An exception
 * that it throws keeps the approval from being used.
 */
@FunctionalInterface
public interface PairingSource {

	/**
	 * Return a pairing in force.
	 * @param name the pairing's name, {@link Pairing#DEFAULT_NAME} unless a request says
	 * otherwise
	 * @return the pairing, or {@code null} if there is none in force
	 */
	@Nullable Pairing getPairing(String name);

	/**
	 * Return whether any pairing is in force.
	 * @return {@code true} if there is somebody to ask
	 */
	default boolean isPaired() {
		return getPairing(Pairing.DEFAULT_NAME) != null;
	}

	/**
	 * Return why a pairing is not in force, and what to do about it.
	 * @param name the pairing's name
	 * @return words for people without any secret, or {@code null} if nothing is known of
	 * such a pairing: one with a name of its own then counts as misspelled
	 */
	default @Nullable String whyNotPaired(String name) {
		return null;
	}

	/**
	 * Return what is wrong with any of the pairings that should be in force.
	 * @return words for people without any secret, or {@code null} if nothing is wrong
	 */
	default @Nullable String findProblem() {
		return isPaired() ? null : FailureMessages.notPaired(Pairing.DEFAULT_NAME);
	}

	/**
	 * Notify this source that the gateway says that a pairing was revoked. The gateway is
	 * not trusted: this is a reason to stop asking, not to destroy keys.
	 * @param pairing the pairing that was used, or {@code null} if the call was about no
	 * pairing in particular
	 */
	default void pairingRevoked(@Nullable Pairing pairing) {
		// The gateway will say so again
	}

}
