/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.util.List;

import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;

/**
 * Key of what is remembered about calls of guarded methods. Calls of different requesters
 * have different keys, and so have calls for different approvers: a pairing that was
 * replaced under the same name has other keys.
 *
 * @param subject the call or its method
 * @param requester the requester, or {@code null} if unknown
 * @param pairing the name of the pairing, or that of the group of approvers after a colon
 * @param signerKeys the fingerprints of the keys of all approvers whose pairings are in
 * force
 */
public record CallKey(String subject, @Nullable String requester, String pairing, List<String> signerKeys) {

	public CallKey {
		signerKeys = List.copyOf(signerKeys);
	}

	/**
	 * Create the key of a call, which is the same for equal calls.
	 * @param call the call
	 * @param pairings the pairings in force
	 * @param approvers the groups of approvers
	 * @return the key
	 */
	public static CallKey ofCall(GuardedCall call, PairingSource pairings, ApproverGroups approvers) {
		return of(call.comparableDigest(), call, pairings, approvers);
	}

	/**
	 * Create the key of all calls of a method.
	 * @param call a call of the method
	 * @param pairings the pairings in force
	 * @param approvers the groups of approvers
	 * @return the key
	 */
	public static CallKey ofMethod(GuardedCall call, PairingSource pairings, ApproverGroups approvers) {
		return of(call.methodKey(), call, pairings, approvers);
	}

	private static CallKey of(String subject, GuardedCall call, PairingSource pairings, ApproverGroups approvers) {
		String group = call.findApprovers();
		List<String> asked = (group != null) ? approvers.require(group).members() : List.of(call.getPairing());
		String requester = call.findRequester();
		return new CallKey(subject, (requester != null) ? Persons.folded(requester) : null,
				(group != null) ? ":" + group : call.getPairing(),
				asked.stream().flatMap((name) -> signerKeys(pairings, name).stream()).toList());
	}

	private static List<String> signerKeys(PairingSource pairings, String name) {
		try {
			Pairing pairing = pairings.getPairing(name);
			return (pairing != null) ? pairing.signerKeys().stream().map(SignerKey::fingerprint).toList() : List.of();
		}
		catch (Exception ex) {
			// The problem is reported when approval is requested
			return List.of();
		}
	}

	/**
	 * Return the key of another subject with the same requester and approvers.
	 * @param otherSubject the other subject
	 * @return the key
	 */
	public CallKey withSubject(String otherSubject) {
		return new CallKey(otherSubject, this.requester, this.pairing, this.signerKeys);
	}

}
