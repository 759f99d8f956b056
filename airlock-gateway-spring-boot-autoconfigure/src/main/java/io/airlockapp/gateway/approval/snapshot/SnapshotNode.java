/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Node of the tree that holds the arguments of a call. Nodes at the same position are
 * equal if and only if the values were, including their classes. The string
 * representation contains no value.
 */
public sealed interface SnapshotNode {

	/**
	 * Return this node as JSON, in which every object and every value in a wider position
	 * has its class.
	 * @param masks returns the text for a masked value
	 * @return the JSON, for which no other node at this position has the same
	 */
	JsonNode toJson(Function<Masked, String> masks);

	/**
	 * Return the class of the value, or the kind of container.
	 * @return the name, or {@code null} if the value is hidden
	 */
	default @Nullable String type() {
		return null;
	}

	/**
	 * Return whether the position declares exactly this class or kind.
	 */
	default boolean declared() {
		return true;
	}

	/**
	 * Return a node with its class, unless its position declares the class.
	 */
	private static JsonNode typed(String type, boolean declared, JsonNode value) {
		return declared ? value : JsonNodeFactory.instance.objectNode().put("@type", type).set("@value", value);
	}

	/**
	 * Value without parts.
	 *
	 * @param kind the kind of the value
	 * @param text the text, which no other value of the type has
	 * @param type the name of the class
	 * @param declared whether the position declares exactly this class
	 */
	record Leaf(Kind kind, String text, String type, boolean declared) implements SnapshotNode {

		private static final BigInteger MAX_SAFE_INTEGER = BigInteger.valueOf((1L << 53) - 1);

		/**
		 * The only value of its kind.
		 */
		public static final Leaf NULL = new Leaf(Kind.NULL, "null", "null", true);

		@Override
		public JsonNode toJson(Function<Masked, String> masks) {
			return (this.kind == Kind.NULL) ? JsonNodeFactory.instance.nullNode()
					: typed(this.type, this.declared, value());
		}

		private JsonNode value() {
			JsonNodeFactory nodes = JsonNodeFactory.instance;
			if (this.kind == Kind.BOOLEAN) {
				return nodes.booleanNode(Boolean.parseBoolean(this.text));
			}
			return isSafeInteger() ? nodes.numberNode(Long.parseLong(this.text)) : nodes.stringNode(this.text);
		}

		/**
		 * Return whether RFC 8785, which converts numbers to doubles, preserves the
		 * number.
		 */
		private boolean isSafeInteger() {
			return this.kind == Kind.NUMBER && this.text.length() <= 17
					&& this.text.chars().allMatch((c) -> c == '-' || (c >= '0' && c <= '9'))
					&& new BigInteger(this.text).abs().compareTo(MAX_SAFE_INTEGER) <= 0;
		}

		@Override
		public String toString() {
			return "Leaf[kind=%s]".formatted(this.kind);
		}

		/**
		 * Enumeration of the kinds of values.
		 */
		public enum Kind {

			/**
			 * No value.
			 */
			NULL,

			/**
			 * {@code true} or {@code false}.
			 */
			BOOLEAN,

			/**
			 * Number of one of the types of Java. The text of one that is not finite is
			 * that of {@link Double#toString(double)}.
			 */
			NUMBER,

			/**
			 * Text.
			 */
			TEXT,

			/**
			 * Enum constant, by its name.
			 */
			CONSTANT,

			/**
			 * Value of another type, such as a date.
			 */
			OTHER

		}

	}

	/**
	 * Elements of an array, a collection or an {@link java.util.Optional}.
	 *
	 * @param type the name of the kind of container, such as {@code java.util.List}
	 * @param declared whether the position declares this kind
	 * @param exact whether the container itself finds its elements by their equality
	 * @param ordered whether an equal container in another process has the same order
	 * @param elements the elements in order
	 */
	record Elements(String type, boolean declared, boolean exact, boolean ordered,
			List<SnapshotNode> elements) implements SnapshotNode {

		/**
		 * Return whether this is an {@link java.util.Optional}, which has at most one
		 * element.
		 */
		public boolean isOptional() {
			return this.type.equals("java.util.Optional");
		}

		@Override
		public JsonNode toJson(Function<Masked, String> masks) {
			ArrayNode array = JsonNodeFactory.instance.arrayNode();
			this.elements.forEach((element) -> array.add(element.toJson(masks)));
			return typed(this.type, this.declared, array);
		}

	}

	/**
	 * Entries of a map.
	 *
	 * @param type the name of the kind of container, such as {@code java.util.Map}
	 * @param declared whether the position declares this kind
	 * @param exact whether the map itself finds its keys by their equality
	 * @param ordered whether an equal map in another process has the same order
	 * @param entries the entries in order
	 */
	record Entries(String type, boolean declared, boolean exact, boolean ordered,
			List<Entry> entries) implements SnapshotNode {

		/**
		 * Return the entries as an array of keys and values in turn, since JSON objects
		 * have no order and no types of keys.
		 */
		@Override
		public JsonNode toJson(Function<Masked, String> masks) {
			ArrayNode array = JsonNodeFactory.instance.arrayNode();
			for (Entry entry : this.entries) {
				array.add(entry.key().toJson(masks));
				array.add(entry.value().toJson(masks));
			}
			return typed(this.type, this.declared, array);
		}

	}

	/**
	 * Entry of a map.
	 *
	 * @param key the key
	 * @param value the value
	 */
	record Entry(Leaf key, SnapshotNode value) {
	}

	/**
	 * Object with its fields.
	 *
	 * @param type the name of the class
	 * @param declared whether the position declares exactly this class
	 * @param content the elements or entries of a container that has fields besides, or
	 * {@code null}
	 * @param fields the fields by name, those of superclasses first
	 */
	record Fields(String type, boolean declared, @Nullable SnapshotNode content,
			Map<String, SnapshotNode> fields) implements SnapshotNode {

		@Override
		public JsonNode toJson(Function<Masked, String> masks) {
			ObjectNode object = JsonNodeFactory.instance.objectNode().put("@type", this.type);
			if (this.content != null) {
				object.set("@content", this.content.toJson(masks));
			}
			this.fields.forEach((name, field) -> object.set(name, field.toJson(masks)));
			return object;
		}

	}

	/**
	 * Value that is bound to the approval, and not shown.
	 *
	 * @param digest a digest of the value with a key that is random for each call
	 * @param comparable a digest that is the same for equal values of all calls in this
	 * process, and must not leave the process
	 */
	record Masked(String digest, String comparable) implements SnapshotNode {

		@Override
		public JsonNode toJson(Function<Masked, String> masks) {
			return JsonNodeFactory.instance.objectNode().put("@masked", masks.apply(this));
		}

		@Override
		public String toString() {
			return "Masked";
		}

	}

	/**
	 * Value that is neither shown nor bound.
	 */
	record Omitted() implements SnapshotNode {

		@Override
		public JsonNode toJson(Function<Masked, String> masks) {
			return JsonNodeFactory.instance.objectNode().put("@omitted", true);
		}

	}

}
