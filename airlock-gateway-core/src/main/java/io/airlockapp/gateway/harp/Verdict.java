/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

/**
 * Verdict of a person.
 */
public enum Verdict {

	/**
	 * Approved: exactly {@code approve} on the wire.
	 */
	APPROVE,

	/**
	 * Rejected: exactly {@code reject} on the wire.
	 */
	REJECT

}
