/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

/**
 * Exception thrown when an approval was requested from another pairing than the one that
 * has its name in this instance. Another instance may have it, such as while keys in
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
