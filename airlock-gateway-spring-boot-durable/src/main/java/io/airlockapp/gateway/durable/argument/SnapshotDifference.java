/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.util.Objects;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotPart;
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
		SnapshotPart rebuilt = new SnapshotPart(path, after);
		SnapshotPart.Difference difference = new SnapshotPart(path, before).findDifference(rebuilt);
		return (difference != null) ? "at '%s', %s".formatted(difference.before().path(),
				describe(difference.before().type(), difference.after().type())) : findUnordered(rebuilt);
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
	private static @Nullable String findUnordered(SnapshotPart part) {
		if (!isOrdered(part.node())) {
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

	private static boolean isOrdered(SnapshotNode node) {
		return !(node instanceof Elements elements && !elements.ordered())
				&& !(node instanceof Entries entries && !entries.ordered());
	}

}
