/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.util.function.UnaryOperator;

import io.airlockapp.gateway.harp.HarpJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * Modification of the approver's responses to pairings by a hostile gateway.
 */
public final class PairingTampering {

	private volatile UnaryOperator<ObjectNode> operator = UnaryOperator.identity();

	public void set(UnaryOperator<ObjectNode> newOperator) {
		this.operator = newOperator;
	}

	String apply(String responseJson) {
		return this.operator.apply((ObjectNode) HarpJson.mapper().readTree(responseJson)).toString();
	}

}
