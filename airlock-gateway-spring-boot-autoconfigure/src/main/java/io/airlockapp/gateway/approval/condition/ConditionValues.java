/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.util.List;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.ValueText;

/**
 * Compares values in a condition if the result is clear, and fails otherwise. A value is
 * a number, a boolean, a literal text, or a node of the snapshot.
 */
final class ConditionValues {

	private static final String NULL_NODE = "tools.jackson.databind.node.NullNode";

	private ConditionValues() {
	}

	static Object of(SnapshotNode node) {
		if (node instanceof Leaf leaf && leaf.kind() == Leaf.Kind.NUMBER) {
			return ExactNumber.of(leaf.text(), leaf.type());
		}
		// A method may take another class of booleans for neither true nor false
		return (node instanceof Leaf leaf && leaf.type().equals(Boolean.class.getName())) ? Boolean.valueOf(leaf.text())
				: node;
	}

	static boolean isTrue(Object value) {
		if (value instanceof Boolean flag) {
			return flag;
		}
		throw new UnclearConditionException("%s is neither true nor false".formatted(describe(value)));
	}

	static ExactNumber number(Object value) {
		if (value instanceof ExactNumber number) {
			return number;
		}
		throw new UnclearConditionException("%s is not a number".formatted(describe(value)));
	}

	static boolean isNull(SnapshotNode node) {
		if (ValueText.isHidden(node)) {
			throw new UnclearConditionException("%s cannot be read".formatted(describe(node)));
		}
		if (NULL_NODE.equals(node.type())) {
			// A method may take it for an object
			throw new UnclearConditionException("a JsonNode that represents null may be meant itself");
		}
		requireNoOptional(node);
		return node instanceof Leaf leaf && leaf.kind() == Leaf.Kind.NULL;
	}

	static boolean isEqual(Object left, Object right) {
		if (left instanceof ExactNumber one && right instanceof ExactNumber other) {
			return one.isEqual(other);
		}
		if (left instanceof Boolean && right instanceof Boolean) {
			return left.equals(right);
		}
		if (left instanceof Leaf one && right instanceof Leaf other && areComparable(one, other)) {
			return one.text().equals(other.text());
		}
		if (left instanceof Leaf leaf && right instanceof String text && SnapshotPath.isText(leaf)) {
			return leaf.text().equals(text);
		}
		if (left instanceof String && right instanceof Leaf) {
			return isEqual(right, left);
		}
		throw new UnclearConditionException("%s and %s cannot be compared".formatted(describe(left), describe(right)));
	}

	private static boolean areComparable(Leaf one, Leaf other) {
		return one.kind() == other.kind() && one.type().equals(other.type())
				&& (one.kind() == Leaf.Kind.CONSTANT || one.type().equals(String.class.getName()));
	}

	/**
	 * Return whether a container contains a value, or a map contains a key.
	 * @throws UnclearConditionException if the container may find its elements in another
	 * way, as it does with numbers, or one of them cannot be compared with the value
	 */
	static boolean contains(SnapshotNode container, boolean key, Object value) {
		SnapshotNode content = SnapshotPath.content(container, true);
		List<?> candidates;
		if (!key && content instanceof Elements elements) {
			candidates = elements.elements().stream().map(ConditionValues::of).toList();
		}
		else if (key && content instanceof Entries entries) {
			candidates = entries.entries().stream().map((entry) -> of(entry.key())).toList();
		}
		else {
			throw new UnclearConditionException(
					"%s has no %s".formatted(describe(container), key ? "keys" : "elements"));
		}
		if (candidates.stream().anyMatch(ExactNumber.class::isInstance)) {
			throw new UnclearConditionException("a container finds numbers in its own way");
		}
		if (candidates.isEmpty() && value instanceof SnapshotNode) {
			// Without a comparison, an unclear value would go unnoticed
			isEqual(value, value);
		}
		// All are compared, so that the result is clear
		return candidates.stream().filter((candidate) -> isEqual(candidate, value)).count() > 0;
	}

	/**
	 * Return whether a container has neither elements nor entries.
	 * @throws UnclearConditionException if it is an Optional, or counts in another way
	 */
	static boolean isEmpty(SnapshotNode container) {
		requireNoOptional(container);
		return size(container) == 0;
	}

	private static void requireNoOptional(SnapshotNode node) {
		if (node instanceof Elements elements && elements.isOptional()) {
			throw new UnclearConditionException("an Optional may be meant itself, or what is in it");
		}
	}

	/**
	 * Return the number of elements or entries.
	 * @throws UnclearConditionException if the container may count them in another way
	 */
	static int size(SnapshotNode container) {
		SnapshotNode content = SnapshotPath.content(container, true);
		if (content instanceof Elements elements) {
			return elements.elements().size();
		}
		if (content instanceof Entries entries) {
			return entries.entries().size();
		}
		throw new UnclearConditionException("%s has no size".formatted(describe(container)));
	}

	/**
	 * Describe a value without its content.
	 */
	static String describe(Object value) {
		if (value instanceof Leaf leaf) {
			return (leaf.kind() == Leaf.Kind.NULL) ? "null" : "a " + leaf.type();
		}
		if (value instanceof SnapshotNode node) {
			return ValueText.isHidden(node)
					? "a value that the approver does not see (sensitive, or a field without a public accessor; let a bean decide)"
					: "an object or a container";
		}
		return (value instanceof String) ? "a text" : (value instanceof Boolean) ? "a boolean" : "a number";
	}

}
