/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random snapshots of arguments, whose names and texts an attacker chose.
 */
final class RandomSnapshots {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private static final List<String> ATTACKS = List.of("", "x", "A-17", "2.50", ", amount=1", "\", amount=1, note=\"",
			"\u201d, amount=1, note=\u201c", "'', amount=1, note=''", "=", "{", "}", "[", "]", "(", ")", "\"", "\\",
			"\\u0020", "\\{3 blanks}", "•••", "••• hmac-sha256:" + "0".repeat(64), "null", "true", "\n", "\r\n", "\t",
			" ", "  ", "\u00a0", "\u3000", "\u2028", "\u0301", "\u0338", "\u20dd", "e\u0301", "\u05d0",
			"א, 100, 200, ב", "\u0661", "\u202e", "\u2066", "\u2068", "\u2069", "\u3164", "\u115f", "\uffa0", "\u2800",
			"\ufe0f", "\ud83d\ude00", "\ud83d", "\ude00", "\udb40\udd00", "\ue000", "\ua4f9", "\u4e8c", "(none)",
			"(left out)", "com.acme.Step{id=1}", "<3 more>",
			"<5 of 9 characters left out, SHA-256 0123456789abcdef0123456789abcdef>",
			"NOT SHOWN IN FULL: parts of 1 value are left out\n", "…", "Service.call(a=1)");

	/**
	 * Stands for a mask in what is read from a text, where numbers are texts.
	 */
	static final JsonNode MASK = nodes.numberNode(0);

	/**
	 * Stands for a value that is left out.
	 */
	static final JsonNode OMITTED = nodes.numberNode(1);

	/**
	 * Stands for an empty {@link java.util.Optional}.
	 */
	static final JsonNode NONE = nodes.numberNode(2);

	private RandomSnapshots() {
	}

	static Arbitrary<Map<String, SnapshotNode>> small() {
		return arguments(texts());
	}

	/**
	 * Snapshots of which many are too long to be shown.
	 */
	static Arbitrary<Map<String, SnapshotNode>> large() {
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

	private static Arbitrary<Map<String, SnapshotNode>> arguments(Arbitrary<String> texts) {
		Arbitrary<SnapshotNode> leaves = leaves(texts);
		Arbitrary<SnapshotNode> values = leaves;
		for (int level = 0; level < 3; level++) {
			Arbitrary<SnapshotNode> containers = Arbitraries.oneOf(elements(values), entries(values));
			values = Arbitraries.oneOf(leaves, containers, optionals(values), objects(values, containers));
		}
		return members(values.withoutEdgeCases());
	}

	private static Arbitrary<SnapshotNode> leaves(Arbitrary<String> texts) {
		Arbitrary<Boolean> declared = Arbitraries.of(true, false);
		return Arbitraries.oneOf(
				Arbitraries.of(Leaf.NULL, new Leaf(Leaf.Kind.BOOLEAN, "true", "java.lang.Boolean", true),
						new Leaf(Leaf.Kind.BOOLEAN, "false", "java.lang.Boolean", false), new Omitted(),
						new Masking().mask(new byte[1])),
				Combinators
					.combine(Arbitraries.longs().between(-(1L << 53), 1L << 53), declared,
							Arbitraries.of("java.lang.Long", "java.lang.Integer"))
					.as((number, known, type) -> new Leaf(Leaf.Kind.NUMBER, number.toString(), type, known)),
				Combinators.combine(texts, declared, Arbitraries.of(Leaf.Kind.TEXT, Leaf.Kind.OTHER))
					.as((text, known, kind) -> new Leaf(kind, text,
							(kind == Leaf.Kind.TEXT) ? "java.lang.String" : "java.net.URI", known)));
	}

	private static Arbitrary<SnapshotNode> elements(Arbitrary<SnapshotNode> values) {
		return Combinators
			.combine(values.list().ofMaxSize(4), Arbitraries.of(true, false),
					Arbitraries.of("java.util.List", "java.util.Set", "int[][]", "java.util.Set by com.acme.Order"))
			.as((elements, declared, type) -> new Elements(type, declared, true, true, elements));
	}

	private static Arbitrary<SnapshotNode> optionals(Arbitrary<SnapshotNode> values) {
		return Combinators.combine(values.list().ofMaxSize(1), Arbitraries.of(true, false))
			.as((elements, declared) -> new Elements("java.util.Optional", declared, true, true, elements));
	}

	private static Arbitrary<SnapshotNode> entries(Arbitrary<SnapshotNode> values) {
		return Combinators.combine(members(values), Arbitraries.of(true, false))
			.as((members, declared) -> new Entries("java.util.Map", declared, true, true, members.entrySet()
				.stream()
				.map((member) -> new Entry(new Leaf(Leaf.Kind.TEXT, member.getKey(), "java.lang.String", declared),
						member.getValue()))
				.toList()));
	}

	private static Arbitrary<SnapshotNode> objects(Arbitrary<SnapshotNode> values, Arbitrary<SnapshotNode> content) {
		return Combinators.combine(members(values), Arbitraries.of(true, false), content.injectNull(0.5))
			.as((members, declared, elements) -> new Fields("com.acme.Shop$Step", declared, elements, members));
	}

	private static Arbitrary<Map<String, SnapshotNode>> members(Arbitrary<SnapshotNode> values) {
		return Arbitraries.maps(texts(), values).ofMaxSize(4);
	}

	/**
	 * Return arguments as they are read from a text: without the difference between
	 * numbers and texts, and without what masks hide.
	 */
	static ObjectNode asRead(Map<String, SnapshotNode> members) {
		ObjectNode result = nodes.objectNode();
		members.forEach((name, value) -> result.set(name, asRead(value)));
		return result;
	}

	private static JsonNode asRead(SnapshotNode node) {
		if (node instanceof Masked) {
			return MASK;
		}
		if (node instanceof Omitted) {
			return OMITTED;
		}
		if (node instanceof Entries entries) {
			return object(type(entries.type(), entries.declared()), entries(entries), null);
		}
		if (node instanceof Elements elements) {
			if (elements.isOptional() && elements.declared() && elements.elements().isEmpty()) {
				return NONE;
			}
			if (elements.isOptional() && elements.declared() && !(elements.elements().get(0) instanceof Elements inner
					&& inner.isOptional() && inner.declared())) {
				return asRead(elements.elements().get(0));
			}
			return object(type(elements.type(), elements.declared()), elements(elements), null);
		}
		if (node instanceof Fields fields) {
			String type = fields.declared() ? null : fields.type();
			JsonNode content = (fields.content() instanceof Entries entries) ? entries(entries)
					: (fields.content() instanceof Elements elements) ? elements(elements) : null;
			String contentType = (fields.content() instanceof Entries entries)
					? type(entries.type(), entries.declared()) : (fields.content() instanceof Elements elements)
							? type(elements.type(), elements.declared()) : null;
			type = (type != null && contentType != null) ? type + " " + contentType
					: (type != null) ? type : contentType;
			ObjectNode members = asRead(fields.fields());
			return (content == null) ? object(type, members, null)
					: object(type, content, members.isEmpty() ? null : members);
		}
		return scalar((Leaf) node);
	}

	/**
	 * Return the class that is written before a value.
	 */
	private static @Nullable String type(String type, boolean declared) {
		return (declared || List
			.of("java.util.List", "java.util.Map", "java.lang.String", "java.lang.Integer", "java.lang.Boolean", "null")
			.contains(type)) ? null : type;
	}

	private static JsonNode scalar(Leaf leaf) {
		String type = type(leaf.type(), leaf.declared());
		return (type != null) ? typed(type, plain(leaf)) : plain(leaf);
	}

	/**
	 * Return a value without parts as it is read from a text, if its class is written.
	 */
	static ObjectNode typed(String type, JsonNode value) {
		return nodes.objectNode().put("class", type).set("text", value);
	}

	private static JsonNode plain(Leaf leaf) {
		return switch (leaf.kind()) {
			case NULL -> nodes.nullNode();
			case BOOLEAN -> nodes.booleanNode(leaf.text().equals("true"));
			default -> nodes.stringNode(leaf.text());
		};
	}

	private static JsonNode entries(Entries entries) {
		ObjectNode members = nodes.objectNode();
		entries.entries().forEach((entry) -> members.set(entry.key().text(), asRead(entry.value())));
		return members;
	}

	private static JsonNode elements(Elements elements) {
		ArrayNode array = nodes.arrayNode();
		elements.elements().forEach((element) -> array.add(asRead(element)));
		return array;
	}

	/**
	 * Return an object as it is read from a text.
	 * @param type the class, if it is written
	 * @param first what is in the first braces or brackets
	 * @param second what is in the second braces, if there are any
	 */
	static ObjectNode object(@Nullable String type, JsonNode first, @Nullable JsonNode second) {
		return nodes.objectNode().put("class", type).set("first", first).set("second", second);
	}

}
