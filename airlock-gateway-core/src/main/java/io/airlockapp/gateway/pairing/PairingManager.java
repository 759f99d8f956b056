package io.airlockapp.gateway.pairing;

import java.util.List;

/**
 * Interface for operators to create and end pairings. Names are as for
 * {@link io.airlockapp.gateway.Pairing#requireName(String)}; other names result in an
 * {@link IllegalArgumentException}. Methods that need the gateway or the store throw an
 * {@link io.airlockapp.gateway.AirlockGatewayException} if that fails.
 * <p>
 * A new pairing replaces the one in force only when it is completed. The code doesn't
 * prove who completed it: let the person compare the fingerprints of
 * {@link PairingInfo#keys()} with the phone.
 */
public interface PairingManager {

	/**
	 * Return the state of each pairing that is known here: the default one, those in
	 * properties, and those that were used since the start. If what is stored of one
	 * can't be read, its problem says so.
	 * @return the pairings, the default one first
	 */
	List<PairingInfo> list();

	/**
	 * Return the state of a pairing.
	 * @param name the pairing's name
	 * @return where it stands
	 */
	PairingInfo getStatus(String name);

	/**
	 * Start a pairing by a code that a person enters into the phone. It is completed in
	 * the background, by any instance that shares the store. A pairing that was under way
	 * before is given up.
	 * @param name the pairing's name
	 * @return the code
	 * @throws PairingException if the pairing comes from properties, or the store can
	 * only be read
	 */
	PairingInvitation initiate(String name);

	/**
	 * Make a code that an enforcer, this or another one, claims later. Usually that is
	 * done on the phone.
	 * @return the code
	 */
	PairingInvitation preGenerate();

	/**
	 * Pair by a code that was made in advance. It is completed in the background; if the
	 * gateway can't be reached, it is also claimed there.
	 * @param name the pairing's name
	 * @param code the code
	 * @return where the pairing stands
	 * @throws PairingException if the gateway refuses the code, the pairing comes from
	 * properties, or the store can only be read
	 */
	PairingInfo claim(String name, String code);

	/**
	 * End a pairing, and give up what is under way. What is kept of it is forgotten
	 * whatever the gateway answers, and approvals that are waited for are withdrawn. A
	 * pairing from properties is out of force until the application is started again.
	 * @param name the pairing's name
	 * @return where the pairing stands
	 */
	PairingInfo revoke(String name);

	/**
	 * Let the decisions of one key count no more, from now on and also on what was asked
	 * before. The gateway is not told. When the last key is revoked, nobody can be asked.
	 * @param name the pairing's name
	 * @param keyId the key's id
	 * @return where the pairing stands
	 * @throws PairingException if the pairing has no such key, or comes from properties
	 * or a store that can only be read
	 */
	PairingInfo revokeSignerKey(String name, String keyId);

}
