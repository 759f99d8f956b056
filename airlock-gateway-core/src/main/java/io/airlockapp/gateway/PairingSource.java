/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for resolving the pairings in force. It is called for each approval,
 * when the request is submitted and again when its decision is verified, and for health
 * checks and heartbeats. Implementations must be thread-safe. If it throws an exception,
 * approval is not requested; a decision is verified again until the deadline, and is not
 * used before that succeeds.
 */
@FunctionalInterface
public interface PairingSource {

	/**
	 * Return the pairing in force with the given name.
	 * @param name the pairing's name, {@link Pairing#DEFAULT_NAME} unless a request
	 * specifies another
	 * @return the pairing, or {@code null} if none is in force. By default, this ends
	 * durable calls, so that an exception has to be thrown if the pairing cannot be read
	 * at the moment
	 */
	@Nullable Pairing getPairing(String name);

	/**
	 * Return whether a pairing is known to be revoked. Durable calls that were submitted
	 * to it then end. If it is not, an instance that has another pairing leaves them to
	 * the instances that have theirs.
	 * @param name the pairing's name
	 * @param signerKeys the signer keys of the pairing
	 * @return whether it is revoked; by default, if no pairing with the name is in force
	 */
	default boolean isRevoked(String name, List<SignerKey> signerKeys) {
		return getPairing(name) == null;
	}

	/**
	 * Return the raw keys that a pairing has or had, in force or not. A requester who is
	 * excluded cannot approve with one of them, also under another pairing. The gateway
	 * must not be able to shorten the list by reporting a pairing as revoked.
	 * @param name the pairing's name
	 * @return the keys as base64; by default, those of the pairing in force
	 * @see Pairing#rawKeys()
	 */
	default Set<String> rawKeys(String name) {
		Pairing pairing = getPairing(name);
		return (pairing != null) ? pairing.rawKeys() : Set.of();
	}

	/**
	 * Return whether any pairing is in force.
	 * @return {@code true} if approval can be requested
	 */
	default boolean isPaired() {
		return getPairing(Pairing.DEFAULT_NAME) != null;
	}

	/**
	 * Return the reason why a pairing is not in force, and the remedy.
	 * @param name the pairing's name
	 * @return a message without secrets, or {@code null} if the pairing is unknown. An
	 * unknown name other than the default is reported as possibly misspelt
	 */
	default @Nullable String whyNotPaired(String name) {
		return null;
	}

	/**
	 * Return a problem with one of the configured or stored pairings.
	 * @param relevant the predicate for the names of the pairings whose problems are
	 * relevant
	 * @return a message without secrets, or {@code null} if there is no problem; by
	 * default, all pairings are relevant
	 */
	default @Nullable String findProblem(Predicate<String> relevant) {
		return isPaired() ? null : FailureMessages.notPaired(Pairing.DEFAULT_NAME);
	}

	/**
	 * Notify this source that the gateway reports a revoked pairing. The gateway is not
	 * trusted: this is a reason to stop requesting approvals, not to destroy keys.
	 * @param pairing the pairing that was used
	 */
	default void pairingRevoked(Pairing pairing) {
		// The gateway reports it again for the next request
	}

}
