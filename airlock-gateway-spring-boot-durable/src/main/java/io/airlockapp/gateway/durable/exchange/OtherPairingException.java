/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

/**
 * Exception thrown when the pairing of this instance is another one than that which was
 * asked for an approval. Another instance may have that one, such as while keys in
 * properties are replaced.
 */
public final class OtherPairingException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param pairing the name of the pairing
	 */
	public OtherPairingException(String pairing) {
		super("The pairing '%s' of this instance is another one than that which was asked".formatted(pairing));
	}

}
