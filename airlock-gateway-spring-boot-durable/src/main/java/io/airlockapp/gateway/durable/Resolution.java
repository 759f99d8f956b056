/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

/**
 * Enumeration of what an operator found out about a call in {@link DurableState#UNKNOWN}.
 */
public enum Resolution {

	/**
	 * The method had its effects.
	 */
	RAN,

	/**
	 * The method had no effect.
	 */
	DID_NOT_RUN

}
