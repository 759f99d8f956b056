package io.airlockapp.gateway.approval.snapshot;

import java.util.List;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.argument.json.MaskNode;
import io.airlockapp.gateway.approval.snapshot.Masking;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random snapshots of arguments, whose names and texts an attacker chose.
 */
final class Snapshots {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private static final List<String> ATTACKS = List.of("", "x", "A-17", "2.50", ", amount=1", "\", amount=1, note=\"",
			"\u201d, amount=1, note=\u201c", "'', amount=1, note=''", "=", "{", "}", "[", "]", "(", ")", "\"", "\\",
			"\\u0020", "\\{3 blanks}", "•••", "••• hmac-sha256:" + "0".repeat(64), "null", "true", "\n", "\r\n", "\t",
			" ", "  ", "\u00a0", "\u3000", "\u2028", "\u0301", "\u0338", "\u20dd", "e\u0301", "\u05d0",
			"א, 100, 200, ב", "\u0661", "\u202e", "\u2066", "\u2068", "\u2069", "\u3164", "\u115f", "\uffa0", "\u2800",
			"\ufe0f", "\ud83d\ude00", "\ud83d", "\ude00", "\udb40\udd00", "\ue000", "\ua4f9", "\u4e8c", "(none)",
			"<3 more>", "<5 of 9 characters left out, SHA-256 0123456789abcdef>",
			"NOT SHOWN IN FULL: parts of 1 value are left out\n", "…", "Service.call(a=1)");

	/**
	 * Stands for a mask in what is read from a text, where numbers are texts.
	 */
	static final JsonNode MASK = nodes.numberNode(0);

	private Snapshots() {
	}

	static Arbitrary<ObjectNode> small() {
		return arguments(texts());
	}

	/**
	 * Snapshots of which many are too long to be shown.
	 */
	static Arbitrary<ObjectNode> large() {
		Arbitrary<String> numbers = Arbitraries.integers().between(1, 300).map("7"::repeat);
		Arbitrary<String> repeated = Combinators.combine(texts(), Arbitraries.integers().between(1, 400), texts())
			.as((text, times, end) -> text.repeat(times) + end);
		return arguments(Arbitraries.oneOf(texts(), texts(), repeated, numbers));
	}

	static Arbitrary<String> texts() {
		Arbitrary<String> any = Arbitraries.integers().between(0, Character.MAX_CODE_POINT).map(Character::toString);
		Arbitrary<String> ascii = Arbitraries.integers().between(' ', '~').map(Character::toString);
		return Arbitraries.oneOf(Arbitraries.of(ATTACKS), any, ascii)
			.list()
			.ofMaxSize(5)
			.map((parts) -> String.join("", parts));
	}

	private static Arbitrary<ObjectNode> arguments(Arbitrary<String> texts) {
		Arbitrary<JsonNode> scalars = Arbitraries.oneOf(
				Arbitraries.of(nodes.nullNode(), nodes.booleanNode(true), nodes.booleanNode(false),
						new Masking().mask(new byte[1])),
				Arbitraries.longs().between(-(1L << 53), 1L << 53).map(nodes::numberNode),
				texts.map(nodes::stringNode));
		Arbitrary<JsonNode> values = scalars;
		for (int level = 0; level < 3; level++) {
			values = Arbitraries.oneOf(scalars, arrays(values), objects(values).map((object) -> object));
		}
		return objects(values.withoutEdgeCases());
	}

	private static Arbitrary<JsonNode> arrays(Arbitrary<JsonNode> elements) {
		return elements.list().ofMaxSize(4).map((values) -> nodes.arrayNode().addAll(values));
	}

	private static Arbitrary<ObjectNode> objects(Arbitrary<JsonNode> values) {
		return Arbitraries.maps(texts(), values).ofMaxSize(4).map((members) -> {
			ObjectNode result = nodes.objectNode();
			members.forEach(result::set);
			return result;
		});
	}

	/**
	 * Return a snapshot as it is read from a text: without the difference between numbers
	 * and texts, and without what masks hide.
	 */
	static JsonNode asRead(JsonNode node) {
		if (node instanceof MaskNode) {
			return MASK;
		}
		if (node instanceof ObjectNode object) {
			ObjectNode result = nodes.objectNode();
			object.properties().forEach((member) -> result.set(member.getKey(), asRead(member.getValue())));
			return result;
		}
		if (node instanceof ArrayNode array) {
			return nodes.arrayNode().addAll(array.valueStream().map(Snapshots::asRead).collect(Collectors.toList()));
		}
		return node.isNumber() ? nodes.stringNode(node.toString()) : node;
	}

}
