package io.airlockapp.gateway.simulator;

import java.util.function.UnaryOperator;

import io.airlockapp.gateway.harp.HarpJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a hostile gateway does to the approver's answers to pairings.
 */
final class PairingTampering {

	private volatile UnaryOperator<ObjectNode> operator = UnaryOperator.identity();

	void set(UnaryOperator<ObjectNode> newOperator) {
		this.operator = newOperator;
	}

	String apply(String responseJson) {
		return this.operator.apply((ObjectNode) HarpJson.mapper().readTree(responseJson)).toString();
	}

}
