/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Enumeration of the operations of {@link AirlockEndpoint}. In a path, an operation is
 * written like {@code revoke-key}.
 * <p>
 * {@code PAIR} starts a pairing by a code that a person enters on the phone, {@code
 * CLAIM} pairs by a code that was generated in advance. {@code REVOKE} ends a pairing,
 * {@code REVOKE_KEY} revokes one signer key, whose decisions are then no longer accepted,
 * and {@code WITHDRAW} withdraws a pending request. {@code HALT} halts all guarded
 * methods, and {@code RESUME} ends that. {@code CANCEL} cancels a durable approval, and
 * {@code RESOLVE} records the outcome of its call if that is not known. {@code SIGN_IN}
 * starts a device login if no person is signed in, and {@code SIGN_OUT} ends it and
 * revokes its tokens.
 */
enum AirlockOperation {

	PAIR, CLAIM, REVOKE, REVOKE_KEY, WITHDRAW, HALT, RESUME, CANCEL, RESOLVE, SIGN_IN, SIGN_OUT;

	/**
	 * Return the name of this operation in a path.
	 */
	String getPathName() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Return whether this operation is about a pairing.
	 */
	boolean isOfPairing() {
		return this == PAIR || this == CLAIM || this == REVOKE || this == REVOKE_KEY;
	}

	static @Nullable AirlockOperation find(String pathName) {
		return Arrays.stream(values())
			.filter((operation) -> operation.getPathName().equals(pathName))
			.findFirst()
			.orElse(null);
	}

}
