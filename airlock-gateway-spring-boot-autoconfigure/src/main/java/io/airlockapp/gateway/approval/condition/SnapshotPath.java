/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.util.List;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.ValueText;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Path from a parameter to a part of the argument. An {@link java.util.Optional} on the
 * way is replaced by its content.
 *
 * @param text the path as it is written
 * @param parameter the index of the parameter
 * @param steps the steps from the argument to its part
 * @param type the declared type of the part, as far as it is known
 * @param hidden whether the part is hidden in all arguments
 */
record SnapshotPath(String text, int parameter, List<Step> steps, ResolvableType type, boolean hidden) {

	SnapshotPath {
		steps = List.copyOf(steps);
	}

	/**
	 * Find the part of an argument.
	 * @param argument the argument
	 * @param exactly whether a key or an element is found only as the container itself
	 * would find it
	 * @return the part, the mask that hides it, {@code null} if there is no such part,
	 * or, if not exactly, the value whose parts are not in the snapshot, or in which the
	 * method may find another one
	 * @throws UnclearConditionException if a container may find its content in another
	 * way
	 */
	@Nullable SnapshotNode find(SnapshotNode argument, boolean exactly) {
		SnapshotNode node = argument;
		for (Step step : this.steps) {
			SnapshotNode owner = unwrap(node);
			boolean whole = owner instanceof Leaf leaf
					&& (leaf.kind() == Leaf.Kind.OTHER || leaf.kind() == Leaf.Kind.CONSTANT);
			if (ValueText.isHidden(owner) || (whole && !exactly)) {
				return owner;
			}
			node = step.find(owner, exactly);
			if (node == owner) {
				// Further steps would find a part that is not meant
				return owner;
			}
			if (node == null) {
				return (exactly || isAbsentIn(owner)) ? null : owner;
			}
		}
		return node;
	}

	private static boolean isAbsentIn(SnapshotNode owner) {
		SnapshotNode content = content(owner, false);
		return isNull(owner)
				|| (content instanceof Entries map && map.exact()
						&& map.entries().stream().allMatch((entry) -> isText(entry.key())))
				|| (content instanceof Elements elements && isList(elements));
	}

	private static boolean isNull(SnapshotNode node) {
		return node instanceof Leaf leaf && leaf.kind() == Leaf.Kind.NULL;
	}

	/**
	 * Return the content of an {@link java.util.Optional}, which is null if it is empty.
	 * In a wider position, or as the content of another one, it is a value of its own.
	 */
	static SnapshotNode unwrap(SnapshotNode node) {
		if (!(node instanceof Elements optional) || !optional.isOptional() || !optional.declared()) {
			return node;
		}
		return optional.elements().isEmpty() ? Leaf.NULL : optional.elements().get(0);
	}

	/**
	 * Return the elements or entries of a container.
	 * @param node the container
	 * @param exactly whether they are needed as the container itself would find them
	 * @return the content, or the node itself if it is no container
	 * @throws UnclearConditionException if the container may find them in another way
	 */
	static SnapshotNode content(SnapshotNode node, boolean exactly) {
		SnapshotNode content = (node instanceof Fields fields && fields.content() != null) ? fields.content() : node;
		if (exactly && ((content instanceof Elements elements && !elements.exact())
				|| (content instanceof Entries entries && !entries.exact()))) {
			throw new UnclearConditionException(
					"a container is sorted, or is of a class that may compare in its own way");
		}
		if (exactly && content instanceof Elements elements && elements.isOptional()) {
			// It may be meant itself, or what is in it
			throw new UnclearConditionException("an Optional is no container");
		}
		return content;
	}

	/**
	 * Return whether the text of a value can be compared with a text in an expression. A
	 * constant can be if its position declares the enum.
	 */
	static boolean isText(Leaf leaf) {
		return (leaf.kind() == Leaf.Kind.TEXT && leaf.type().equals(String.class.getName()))
				|| (leaf.kind() == Leaf.Kind.CONSTANT && leaf.declared());
	}

	/**
	 * Return the step to a field. Only what is null has none: another value is shown
	 * itself, such as a map of which a reader may expect an entry.
	 */
	static Step field(String name) {
		return (node, exactly) -> {
			SnapshotNode value = (node instanceof Fields fields) ? fields.fields().get(name) : null;
			return (value != null || exactly || isNull(node)) ? value : node;
		};
	}

	static Step entry(String key) {
		return (node, exactly) -> (content(node, exactly) instanceof Entries entries && entries.exact())
				? find(entries, key) : null;
	}

	/**
	 * Return the value of a key, or {@code null} if there is none, or another value of an
	 * equal key, as in a map that was deserialized with its keys out of order.
	 */
	private static @Nullable SnapshotNode find(Entries map, String key) {
		List<Entry> entries = map.entries()
			.stream()
			.filter((entry) -> isText(entry.key()) && entry.key().text().equals(key))
			.toList();
		return (entries.size() == 1) ? entries.get(0).value() : null;
	}

	static Step element(int index) {
		return (node, exactly) -> (content(node, exactly) instanceof Elements list && isList(list)
				&& index < list.elements().size()) ? list.elements().get(index) : null;
	}

	private static boolean isList(Elements elements) {
		return elements.exact() && (elements.type().equals(List.class.getName()) || elements.type().endsWith("[]"));
	}

	/**
	 * Step from an object to a part of it.
	 */
	interface Step {

		@Nullable SnapshotNode find(SnapshotNode node, boolean exactly);

	}

}
