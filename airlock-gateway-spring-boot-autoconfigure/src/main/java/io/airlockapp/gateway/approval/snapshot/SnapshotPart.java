/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import org.jspecify.annotations.Nullable;

/**
 * Part of an argument, with the path that leads to it.
 *
 * @param path the path, which contains names of fields and indexes, and no data
 * @param node the value
 */
public record SnapshotPart(String path, SnapshotNode node) {

	/**
	 * Return the parts of this value. Those of a value that is hidden are unknown.
	 * @return the parts in order
	 */
	public List<SnapshotPart> parts() {
		List<SnapshotPart> parts = new ArrayList<>();
		if (this.node instanceof Elements elements) {
			elements.elements()
				.forEach(
						(element) -> parts.add(new SnapshotPart("%s[%s]".formatted(this.path, parts.size()), element)));
		}
		if (this.node instanceof Entries entries) {
			entries.entries().forEach((entry) -> parts.add(new SnapshotPart(this.path + "[…]", entry.value())));
		}
		if (this.node instanceof Fields object) {
			if (object.content() != null) {
				parts.add(new SnapshotPart(this.path, object.content()));
			}
			object.fields().forEach((name, field) -> parts.add(new SnapshotPart(this.path + "." + name, field)));
		}
		return parts;
	}

	/**
	 * Return the class of the value, or the kind of container.
	 * @return the name, or {@code null} if there is no value, or if it is hidden
	 */
	public @Nullable String type() {
		return Leaf.NULL.equals(this.node) ? null : this.node.type();
	}

	/**
	 * Find the first difference to another value of the same position.
	 * @param other the other value
	 * @return the innermost part that differs, or {@code null} if there is none
	 */
	public @Nullable Difference findDifference(SnapshotPart other) {
		if (this.node.toJson(Masked::digest).equals(other.node.toJson(Masked::digest))) {
			return null;
		}
		List<SnapshotPart> parts = parts();
		List<SnapshotPart> others = other.parts();
		boolean alike = Objects.equals(type(), other.type()) && parts.stream()
			.map(SnapshotPart::path)
			.toList()
			.equals(others.stream().map(SnapshotPart::path).toList());
		for (int i = 0; alike && i < parts.size(); i++) {
			Difference difference = parts.get(i).findDifference(others.get(i));
			if (difference != null) {
				return difference;
			}
		}
		return new Difference(this, other);
	}

	/**
	 * Two values of one position.
	 *
	 * @param before the first value
	 * @param after the second value
	 */
	public record Difference(SnapshotPart before, SnapshotPart after) {
	}

}
