package io.airlockapp.gateway.durable.argument;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import org.jspecify.annotations.Nullable;

/**
 * Finds the difference between an argument and what it is rebuilt as, in this process or
 * in another one.
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
		String difference = find(new Part(path, before), new Part(path, after));
		return (difference != null) ? difference : findUnordered(new Part(path, after));
	}

	private static @Nullable String find(Part before, Part after) {
		if (before.node().toJson(Masked::digest).equals(after.node().toJson(Masked::digest))) {
			return null;
		}
		List<Part> parts = before.parts();
		List<Part> others = after.parts();
		boolean alike = Objects.equals(before.type(), after.type())
				&& parts.stream().map(Part::path).toList().equals(others.stream().map(Part::path).toList());
		for (int i = 0; alike && i < parts.size(); i++) {
			String difference = find(parts.get(i), others.get(i));
			if (difference != null) {
				return difference;
			}
		}
		return "at '%s', %s".formatted(before.path(), describe(before.type(), after.type()));
	}

	private static String describe(@Nullable String type, @Nullable String other) {
		return (type != null && other != null && !type.equals(other))
				? "a %s would become a %s. Declare the class itself, or use @JsonTypeInfo".formatted(type, other)
				: "it would have another value. Each field has to be written and read by the JsonMapper";
	}

	/**
	 * Find a container that has another order in another process, so that it would not be
	 * what was approved.
	 */
	private static @Nullable String findUnordered(Part part) {
		if (!part.isOrdered()) {
			return "at '%s', its order would be another one in another process. Keep it in a LinkedHashSet, a LinkedHashMap or a List"
				.formatted(part.path());
		}
		return part.parts()
			.stream()
			.map(SnapshotDifference::findUnordered)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Part of an argument.
	 *
	 * @param path the path, which contains no data
	 * @param node the value
	 */
	private record Part(String path, SnapshotNode node) {

		private @Nullable String type() {
			if (this.node instanceof Leaf leaf) {
				return (leaf.kind() != Leaf.Kind.NULL) ? leaf.type() : null;
			}
			if (this.node instanceof Elements elements) {
				return elements.type();
			}
			if (this.node instanceof Entries entries) {
				return entries.type();
			}
			return (this.node instanceof Fields object) ? object.type() : null;
		}

		private boolean isOrdered() {
			return !(this.node instanceof Elements elements && !elements.ordered())
					&& !(this.node instanceof Entries entries && !entries.ordered());
		}

		private List<Part> parts() {
			List<Part> parts = new ArrayList<>();
			if (this.node instanceof Elements elements) {
				elements.elements()
					.forEach((element) -> parts.add(new Part("%s[%d]".formatted(this.path, parts.size()), element)));
			}
			if (this.node instanceof Entries entries) {
				entries.entries().forEach((entry) -> parts.add(new Part(this.path + "[…]", entry.value())));
			}
			if (this.node instanceof Fields object) {
				if (object.content() != null) {
					parts.add(new Part(this.path, object.content()));
				}
				object.fields().forEach((name, field) -> parts.add(new Part(this.path + "." + name, field)));
			}
			return parts;
		}

	}

}
