/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Random values of many classes and few contents, so that their texts are alike.
 */
final class ConfusableValues {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private static final List<@Nullable Object> LEAVES = Arrays.asList("5", 5, 5L, (short) 5, (byte) 5, '5', 5.0, 5.0f,
			new BigDecimal("5"), new BigDecimal("5.0"), BigInteger.valueOf(5), new AtomicInteger(5),
			new StringBuilder("5"), new File("5"), URI.create("5"), true, "true", null, "null", "(none)", "[5]",
			"int[][5]", "java.lang.Long(5)", One.HIGH, Other.HIGH, "HIGH", new byte[] { 5 }, "BQ==", String.class,
			"java.lang.String", Optional.empty(), List.of(), Set.of(), Map.of(), new int[] { 5 }, new int[0],
			new String[0], nodes.nullNode(), nodes.numberNode(5), nodes.stringNode("5"), nodes.arrayNode(),
			nodes.objectNode());

	private ConfusableValues() {
	}

	/**
	 * Create a value.
	 * @param position the name of the position
	 * @return a value that the position accepts
	 */
	static @Nullable Object create(Random random, String position) {
		return switch (position) {
			case "list" -> Arrays.asList(value(random, 1), value(random, 1));
			case "map" -> new HashMap<>(Collections.singletonMap(key(random), value(random, 1)));
			case "optional" -> Optional.ofNullable(value(random, 1));
			case "collection" -> random.nextBoolean() ? Arrays.asList(value(random, 1))
					: random.nextBoolean() ? Collections.singleton(value(random, 1))
							: Collections.singletonMap("a", value(random, 1)).values();
			case "variable" -> {
				Object value = value(random, 2);
				yield (value instanceof Comparable) ? value : "5";
			}
			case "tree" -> tree(random, 2);
			default -> value(random, 2);
		};
	}

	private static @Nullable Object value(Random random, int depth) {
		int choice = (depth > 0) ? random.nextInt(20) : 20;
		return switch (choice) {
			case 0 -> Arrays.asList(value(random, depth - 1));
			case 1 -> Collections.singleton(value(random, depth - 1));
			case 2 -> new ArrayDeque<>(List.of(String.valueOf(value(random, 0))));
			case 3 -> new Object[] { value(random, depth - 1) };
			case 4 -> Optional.ofNullable(value(random, depth - 1));
			case 5 -> Collections.singletonMap(key(random), value(random, depth - 1));
			case 6 -> List.of(tree(random, depth - 1));
			case 7 -> new Holder(value(random, depth - 1));
			case 8 -> new OtherHolder(value(random, depth - 1));
			case 9 -> tree(random, depth);
			default -> LEAVES.get(random.nextInt(LEAVES.size()));
		};
	}

	private static @Nullable Object key(Random random) {
		return List
			.of(Optional.of("5"), Optional.of(5), Optional.of(5L), Optional.of('5'), Optional.of(URI.create("5")),
					Optional.of(One.HIGH), Optional.of(Other.HIGH), Optional.of("HIGH"), Optional.empty(),
					Optional.of("null"))
			.get(random.nextInt(10))
			.orElse(null);
	}

	private static JsonNode tree(Random random, int depth) {
		return switch (random.nextInt((depth > 0) ? 10 : 8)) {
			case 0 -> nodes.numberNode(5);
			case 1 -> nodes.numberNode(5L);
			case 2 -> nodes.numberNode(5.0);
			case 3 -> nodes.stringNode("5");
			case 4 -> nodes.booleanNode(true);
			case 5 -> nodes.nullNode();
			case 6 -> nodes.binaryNode(new byte[] { 5 });
			case 7 -> nodes.numberNode(new BigDecimal("5.0"));
			case 8 -> nodes.arrayNode().add(tree(random, depth - 1));
			default -> nodes.objectNode().set("5", tree(random, depth - 1));
		};
	}

	record Holder(@Nullable Object value) {
	}

	record OtherHolder(@Nullable Object value) {
	}

	enum One {

		HIGH

	}

	enum Other {

		HIGH

	}

}
