/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

/**
 * A class without a guard, with a method that only its own package sees.
 */
public class OpenDesk {

	void count() {
		throw new IllegalStateException("Must not run");
	}

}
