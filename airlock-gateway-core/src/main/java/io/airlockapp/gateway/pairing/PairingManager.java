/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.pairing;

import java.util.List;

/**
 * Interface for operators to create and revoke pairings. Names must be valid according to
 * {@link io.airlockapp.gateway.Pairing#requireName(String)}; other names result in an
 * {@link IllegalArgumentException}. Methods that require the gateway or the store throw
 * an {@link io.airlockapp.gateway.AirlockGatewayException} if it fails.
 * <p>
 * A new pairing replaces the one in force only after its completion. The code does not
 * prove who completed the pairing: ask the person to compare the fingerprints of
 * {@link PairingInfo#keys()} with the phone.
 */
public interface PairingManager {

	/**
	 * Return the state of each pairing known to this instance: the default pairing, those
	 * in properties, and those used since the start. A pairing whose stored document
	 * cannot be read is reported with a problem.
	 * @return the pairings, starting with the default one
	 */
	List<PairingInfo> list();

	/**
	 * Return the state of a pairing.
	 * @param name the pairing's name
	 * @return the state of the pairing
	 */
	PairingInfo getStatus(String name);

	/**
	 * Start a pairing with a code that a person enters into the phone. It is completed in
	 * the background, by any instance that shares the store. A previous pairing in
	 * progress is given up.
	 * @param name the pairing's name
	 * @return the code
	 * @throws PairingException if the pairing comes from properties, or the store is
	 * read-only
	 */
	PairingInvitation initiate(String name);

	/**
	 * Pair with a code that was created in advance. The pairing is completed in the
	 * background. If the gateway cannot be reached, the code is claimed in the background
	 * as well.
	 * @param name the pairing's name
	 * @param code the code
	 * @return the state of the pairing
	 * @throws PairingException if the gateway refuses the code, the code was used before,
	 * the pairing comes from properties, or the store is read-only
	 */
	PairingInfo claim(String name, String code);

	/**
	 * Revoke a pairing, and give up a pairing in progress. Its stored keys are removed
	 * regardless of the gateway's response, and pending approval requests are withdrawn.
	 * A pairing from properties is not in force in this instance until it is restarted.
	 * Nothing changes if the pairing was revoked before.
	 * @param name the pairing's name
	 * @return the state of the pairing
	 * @throws PairingException if there is neither such a pairing nor one in progress
	 */
	PairingInfo revoke(String name);

	/**
	 * Revoke a signer key. Its decisions are no longer accepted, including those on
	 * pending requests. The gateway is not notified. After the last key is revoked,
	 * approval cannot be requested.
	 * @param name the pairing's name
	 * @param keyId the key's id
	 * @return the state of the pairing
	 * @throws PairingException if the pairing has no such key, or comes from properties
	 * or a read-only store
	 */
	PairingInfo revokeSignerKey(String name, String keyId);

}
