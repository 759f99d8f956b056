/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.util.Locale;

/**
 * Options for the gateway's responses where the protocol leaves a choice.
 *
 * @param decisionInStatus whether the status of an exchange contains its decision
 * @param pascalCase whether states are written like {@code PendingApproval}
 * @param barePolicies whether policies are a bare array
 */
public record GatewayStyle(boolean decisionInStatus, boolean pascalCase, boolean barePolicies) {

	/**
	 * Return a state as it is sent. Only its first letter may differ.
	 */
	String word(String state) {
		String first = state.substring(0, 1);
		return (this.pascalCase ? first.toUpperCase(Locale.ROOT) : first) + state.substring(1);
	}

}
