package io.airlockapp.gateway.approval.condition;

import java.util.Collection;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.ValueText;

/**
 * Compares values in a condition if the result is clear, and fails otherwise. A value is
 * a node of the snapshot, a number, or a literal text or boolean.
 */
final class ConditionValues {

	private ConditionValues() {
	}

	static boolean isTrue(Object value) {
		if (value instanceof Leaf leaf && leaf.kind() == Leaf.Kind.BOOLEAN) {
			return Boolean.parseBoolean(leaf.text());
		}
		throw new UnclearConditionException("%s is neither true nor false".formatted(describe(value)));
	}

	static boolean isNull(SnapshotNode node) {
		if (ValueText.isHidden(node)) {
			throw new UnclearConditionException("%s cannot be read".formatted(describe(node)));
		}
		return node instanceof Leaf leaf && leaf.kind() == Leaf.Kind.NULL;
	}

	static boolean isEqual(Object left, Object right) {
		if (isNumber(left) && isNumber(right)) {
			return ExactNumber.of(left).isEqual(ExactNumber.of(right));
		}
		if (left instanceof Leaf one && right instanceof Leaf other && areComparable(one, other)) {
			return one.text().equals(other.text());
		}
		if (left instanceof Leaf leaf) {
			return isLiteral(leaf, right);
		}
		if (right instanceof Leaf leaf) {
			return isLiteral(leaf, left);
		}
		throw incomparable(left, right);
	}

	private static boolean areComparable(Leaf one, Leaf other) {
		return one.kind() == other.kind() && one.type().equals(other.type()) && (one.kind() == Leaf.Kind.BOOLEAN
				|| one.kind() == Leaf.Kind.CONSTANT || one.type().equals(String.class.getName()));
	}

	private static boolean isLiteral(Leaf leaf, Object literal) {
		if (literal instanceof Boolean bool && leaf.kind() == Leaf.Kind.BOOLEAN) {
			return isTrue(leaf) == bool;
		}
		if (literal instanceof String text && SnapshotPath.isText(leaf)) {
			return leaf.text().equals(text);
		}
		throw incomparable(leaf, literal);
	}

	private static boolean isNumber(Object value) {
		return value instanceof ExactNumber || (value instanceof Leaf leaf && leaf.kind() == Leaf.Kind.NUMBER);
	}

	/**
	 * Return whether a container contains a value.
	 * @throws UnclearConditionException if the container may find its elements in another
	 * way, or one of them cannot be compared with the value
	 */
	static boolean contains(SnapshotNode container, Object value) {
		if (SnapshotPath.content(container) instanceof Elements elements) {
			requireExact(elements.exact());
			return containsExactly(elements.elements(), value);
		}
		throw new UnclearConditionException("%s has no elements".formatted(describe(container)));
	}

	/**
	 * Return whether a map contains a key.
	 * @throws UnclearConditionException if the map may find its keys in another way, or
	 * one of them cannot be compared with the key
	 */
	static boolean containsKey(SnapshotNode container, Object key) {
		if (SnapshotPath.content(container) instanceof Entries entries) {
			requireExact(entries.exact());
			return containsExactly(entries.entries().stream().map(Entry::key).toList(), key);
		}
		throw new UnclearConditionException("%s has no keys".formatted(describe(container)));
	}

	/**
	 * Return whether a container of Java contains a value. Numbers have to be equal in
	 * the sense of the container, too: it finds neither 2.5 as 2.50, nor 5 as a long.
	 */
	private static boolean containsExactly(Collection<? extends SnapshotNode> elements, Object value) {
		for (SnapshotNode element : elements) {
			if (isNumber(element) && isNumber(value) && isEqual(element, value)
					&& !isEqualNumber((Leaf) element, value)) {
				throw new UnclearConditionException("a number is contained in another form");
			}
		}
		return contains(elements, value);
	}

	private static boolean isEqualNumber(Leaf element, Object value) {
		return (value instanceof Leaf leaf) ? leaf.type().equals(element.type()) && leaf.text().equals(element.text())
				: element.declared() && value.equals(ExactNumber.of(element));
	}

	static boolean contains(Collection<?> candidates, Object value) {
		boolean found = false;
		for (Object candidate : candidates) {
			found |= isEqual(candidate, value);
		}
		if (candidates.isEmpty() && value instanceof SnapshotNode) {
			// Without a comparison, an unclear value would go unnoticed
			isEqual(value, value);
		}
		return found;
	}

	static void requireExact(boolean exact) {
		if (!exact) {
			throw new UnclearConditionException(
					"a container has a comparator, or is of a class that may compare in its own way");
		}
	}

	/**
	 * Return the number of elements or entries.
	 * @throws UnclearConditionException if the container may count them in another way
	 */
	static int size(SnapshotNode container) {
		SnapshotNode content = SnapshotPath.content(container);
		if (content instanceof Elements elements) {
			requireExact(elements.exact());
			return elements.elements().size();
		}
		if (content instanceof Entries entries) {
			requireExact(entries.exact());
			return entries.entries().size();
		}
		throw new UnclearConditionException("%s has no size".formatted(describe(container)));
	}

	private static UnclearConditionException incomparable(Object left, Object right) {
		return new UnclearConditionException("%s and %s cannot be compared".formatted(describe(left), describe(right)));
	}

	/**
	 * Describe a value without its content.
	 */
	static String describe(Object value) {
		if (value instanceof Leaf leaf) {
			return (leaf.kind() == Leaf.Kind.NULL) ? "null" : "a " + leaf.type();
		}
		if (value instanceof SnapshotNode.Fields fields) {
			return "a " + fields.type();
		}
		if (value instanceof SnapshotNode node) {
			return ValueText.isHidden(node) ? "a value that the approver does not see" : "a container";
		}
		return (value instanceof String) ? "a text" : (value instanceof Boolean) ? "a boolean" : "a number";
	}

}
