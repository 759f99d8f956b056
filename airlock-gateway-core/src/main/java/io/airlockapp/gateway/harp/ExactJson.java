/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.math.BigDecimal;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replaces numbers by texts if RFC 8785, which converts numbers to doubles, might not
 * preserve them: every number except an integer that a double represents exactly.
 * Otherwise, a person would approve another number than the one that is used.
 */
public final class ExactJson {

	private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

	private static final int MAX_PLAIN_EXPONENT = 100;

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private ExactJson() {
	}

	/**
	 * Return a copy in which numbers that RFC 8785 might change are texts.
	 * @param node the JSON value
	 * @return the copy
	 * @throws IllegalArgumentException if the value is nested deeper than
	 * {@link CanonicalJson#MAX_DEPTH}
	 */
	public static JsonNode of(JsonNode node) {
		return copy(node, 0);
	}

	private static JsonNode copy(JsonNode node, int depth) {
		if (depth > CanonicalJson.MAX_DEPTH) {
			throw new IllegalArgumentException("JSON is nested deeper than " + CanonicalJson.MAX_DEPTH + " levels");
		}
		if (node.isObject()) {
			ObjectNode copy = nodes.objectNode();
			node.properties().forEach((member) -> copy.set(member.getKey(), copy(member.getValue(), depth + 1)));
			return copy;
		}
		if (node.isArray()) {
			ArrayNode copy = nodes.arrayNode();
			node.forEach((element) -> copy.add(copy(element, depth + 1)));
			return copy;
		}
		if (node.isBinary()) {
			return nodes.stringNode(node.asString());
		}
		return (node.isNumber() && !isSafeInteger(node)) ? nodes.stringNode(exactText(node)) : node;
	}

	private static boolean isSafeInteger(JsonNode node) {
		if (!node.isIntegralNumber() || !node.canConvertToLong()) {
			return false;
		}
		long value = node.longValue();
		return value >= -MAX_SAFE_INTEGER && value <= MAX_SAFE_INTEGER;
	}

	private static String exactText(JsonNode node) {
		if (node.isBigDecimal()) {
			BigDecimal value = node.decimalValue();
			boolean plain = Math.abs((long) value.precision() - value.scale()) <= MAX_PLAIN_EXPONENT
					&& Math.abs((long) value.scale()) <= MAX_PLAIN_EXPONENT;
			return plain ? value.toPlainString() : value.toString();
		}
		boolean finite = node.isDouble() && Double.isFinite(node.doubleValue());
		return finite ? EcmaScriptNumber.toText(node.doubleValue()) : node.asString();
	}

}
