package io.airlockapp.gateway.durable.argument;

import java.util.List;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import org.jspecify.annotations.Nullable;

/**
 * Finds the difference between an argument and what it is rebuilt as.
 */
final class SnapshotDifference {

	private SnapshotDifference() {
	}

	/**
	 * Find the first difference.
	 * @param path the name of the argument
	 * @param before the argument
	 * @param after the rebuilt argument
	 * @return the difference without any part of the values, or {@code null} if there is
	 * none
	 */
	static @Nullable String find(String path, SnapshotNode before, SnapshotNode after) {
		if (before.toJson(Masked::digest).equals(after.toJson(Masked::digest))) {
			return null;
		}
		String inside = findInside(path, before, after);
		return (inside != null) ? inside : "at '%s', %s".formatted(path, describe(before, after));
	}

	private static @Nullable String findInside(String path, SnapshotNode before, SnapshotNode after) {
		if (before instanceof Fields object && after instanceof Fields other && object.type().equals(other.type())) {
			for (String name : object.fields().keySet()) {
				SnapshotNode field = other.fields().get(name);
				String difference = (field != null) ? find(path + "." + name, object.fields().get(name), field) : null;
				if (difference != null) {
					return difference;
				}
			}
		}
		if (before instanceof Elements elements && after instanceof Elements other
				&& elements.type().equals(other.type())) {
			return findInside(path, elements.elements(), other.elements());
		}
		if (before instanceof Entries entries && after instanceof Entries other && entries.type().equals(other.type())
				&& entries.entries().size() == other.entries().size()) {
			for (int i = 0; i < entries.entries().size(); i++) {
				String difference = find(path + "[…]", entries.entries().get(i).value(),
						other.entries().get(i).value());
				if (difference != null) {
					return difference;
				}
			}
		}
		return null;
	}

	private static @Nullable String findInside(String path, List<SnapshotNode> before, List<SnapshotNode> after) {
		for (int i = 0; before.size() == after.size() && i < before.size(); i++) {
			String difference = find(path + "[" + i + "]", before.get(i), after.get(i));
			if (difference != null) {
				return difference;
			}
		}
		return null;
	}

	private static String describe(SnapshotNode before, SnapshotNode after) {
		String type = type(before);
		String other = type(after);
		return (type != null && other != null && !type.equals(other))
				? "a %s would become a %s. Declare the class itself, or use @JsonTypeInfo".formatted(type, other)
				: "it would have another value. Each field has to be written and read by the JsonMapper";
	}

	private static @Nullable String type(SnapshotNode node) {
		if (node instanceof Fields object) {
			return object.type();
		}
		if (node instanceof Elements elements) {
			return elements.type();
		}
		if (node instanceof Entries entries) {
			return entries.type();
		}
		return (node instanceof SnapshotNode.Leaf leaf) ? leaf.type() : null;
	}

}
