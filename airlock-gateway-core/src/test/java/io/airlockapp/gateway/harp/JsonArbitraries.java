/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random JSON values of every kind.
 */
final class JsonArbitraries {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private JsonArbitraries() {
	}

	static Arbitrary<JsonNode> json() {
		Arbitrary<JsonNode> json = scalars();
		for (int level = 0; level < 3; level++) {
			json = Arbitraries.oneOf(scalars(), arrays(json), objects(json));
		}
		// There are more combinations of edge cases than tries, and the parts have theirs
		return json.withoutEdgeCases();
	}

	/**
	 * Texts of any code points but halves of surrogate pairs, with many of those that
	 * JSON escapes.
	 */
	static Arbitrary<String> texts() {
		Arbitrary<Integer> escaped = Arbitraries.oneOf(Arbitraries.integers().between(0, 0x1f),
				Arbitraries.of((int) '"', (int) '\\', (int) '/', 0x7f, 0x2028));
		Arbitrary<Integer> ascii = Arbitraries.integers().between(' ', '~');
		Arbitrary<Integer> any = Arbitraries.integers()
			.between(0, Character.MAX_CODE_POINT)
			.filter((c) -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
		return Arbitraries.oneOf(escaped, ascii, any)
			.list()
			.ofMaxSize(8)
			.map((codePoints) -> codePoints.stream()
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString());
	}

	static JsonNode shuffled(JsonNode node, Random random) {
		if (node.isObject()) {
			List<String> names = new ArrayList<>(node.propertyNames());
			Collections.shuffle(names, random);
			ObjectNode result = nodes.objectNode();
			names.forEach((name) -> result.set(name, shuffled(node.get(name), random)));
			return result;
		}
		if (node.isArray()) {
			ArrayNode result = nodes.arrayNode();
			node.forEach((element) -> result.add(shuffled(element, random)));
			return result;
		}
		return node;
	}

	private static Arbitrary<JsonNode> scalars() {
		Arbitrary<JsonNode> literals = Arbitraries.of(nodes.nullNode(), nodes.booleanNode(true),
				nodes.booleanNode(false));
		Arbitrary<JsonNode> integers = Arbitraries.longs().map(nodes::numberNode);
		Arbitrary<JsonNode> bigIntegers = Arbitraries.bigIntegers().map(nodes::numberNode);
		Arbitrary<JsonNode> decimals = Arbitraries.bigDecimals().ofScale(20).map(nodes::numberNode);
		Arbitrary<JsonNode> doubles = Arbitraries.longs()
			.map(Double::longBitsToDouble)
			.filter(Double::isFinite)
			.map(nodes::numberNode);
		return Arbitraries.oneOf(literals, texts().map(nodes::stringNode), integers, bigIntegers, decimals, doubles);
	}

	private static Arbitrary<JsonNode> arrays(Arbitrary<JsonNode> elements) {
		return elements.list().ofMaxSize(4).map((values) -> nodes.arrayNode().addAll(values));
	}

	private static Arbitrary<JsonNode> objects(Arbitrary<JsonNode> values) {
		return Arbitraries.maps(texts(), values).ofMaxSize(4).map(JsonArbitraries::object);
	}

	private static JsonNode object(Map<String, JsonNode> members) {
		ObjectNode result = nodes.objectNode();
		members.forEach(result::set);
		return result;
	}

}
