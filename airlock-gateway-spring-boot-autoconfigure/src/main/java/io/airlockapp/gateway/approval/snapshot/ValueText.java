/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import io.airlockapp.gateway.support.VisibleText;

/**
 * Formats values of a snapshot like source code: {@code {sku="A 1", count=2}}. No value
 * can be mistaken for a mask, for several values, for a class, or for a note that
 * replaces a value.
 *
 * @param texts formats the texts inside of values
 */
public record ValueText(UnaryOperator<String> texts) {

	/**
	 * Shows all texts in full.
	 */
	public static final ValueText FULL = new ValueText(VisibleText::ofValue);

	/**
	 * The text of an empty {@link java.util.Optional}, and of a part that does not exist.
	 */
	public static final String NONE = "(none)";

	/**
	 * The types whose texts are those of no other type in a wider position.
	 */
	private static final Set<String> EVIDENT = Set.of("java.lang.Boolean", "java.lang.Double", "java.lang.Integer",
			"java.lang.String", "java.util.List", "java.util.Map");

	private static final int MAX_ZEROS = 100;

	/**
	 * Return whether a value is hidden from the approver.
	 * @param value the value
	 * @return whether it is masked or left out
	 */
	public static boolean isHidden(SnapshotNode value) {
		return value instanceof Masked || value instanceof Omitted;
	}

	/**
	 * Format a value.
	 * @param value the value
	 * @return the text
	 */
	public String of(SnapshotNode value) {
		if (value instanceof Leaf leaf) {
			return leaf(leaf, this.texts);
		}
		if (value instanceof Elements elements) {
			return elements(elements);
		}
		if (value instanceof Entries entries) {
			StringJoiner members = new StringJoiner(", ", type(entries) + "{", "}");
			entries.entries()
				.forEach((entry) -> members.add(leaf(entry.key(), VisibleText::ofValue) + "=" + of(entry.value())));
			return members.toString();
		}
		if (value instanceof Fields fields) {
			return fields(fields);
		}
		return (value instanceof Masked) ? Masking.MASK : "(left out)";
	}

	/**
	 * Return the class that stands before a value, since the text of the value could be
	 * that of another class in its position.
	 * @param value the value
	 * @return the name, or an empty text if there is none
	 */
	public static String type(SnapshotNode value) {
		String type = value.type();
		// A list in the position of a collection has no class in front
		boolean declared = value.declared() && !Collection.class.getName().equals(type);
		return (type == null || declared || (EVIDENT.contains(type) && !(value instanceof Fields))) ? "" : type;
	}

	private static String leaf(Leaf leaf, UnaryOperator<String> texts) {
		String type = type(leaf);
		if (!type.isEmpty()) {
			return type + "(" + (isText(leaf) ? texts.apply(leaf.text()) : plain(leaf)) + ")";
		}
		if (!isText(leaf)) {
			return plain(leaf);
		}
		String text = texts.apply(leaf.text());
		return (!leaf.declared() && text.equals(leaf.text())) ? VisibleText.quote(text) : text;
	}

	/**
	 * Return the text with that without an exponent, which people read. One that is too
	 * long to be shown is not parsed, which would take quadratic time.
	 */
	private static String plain(Leaf leaf) {
		String text = leaf.text();
		if (leaf.kind() != Leaf.Kind.NUMBER || text.indexOf('E') < 0 || text.length() > CommandText.MAX_LENGTH) {
			return text;
		}
		try {
			BigDecimal number = new BigDecimal(text);
			boolean readable = number.scale() <= MAX_ZEROS && number.scale() >= -MAX_ZEROS;
			return (readable && (number.scale() > 0 || isExact(leaf, number)))
					? "%s(%s)".formatted(text, number.toPlainString()) : text;
		}
		catch (NumberFormatException ex) {
			// A decimal can have an exponent that none is created with
			return text;
		}
	}

	/**
	 * Return whether a whole number is the value. The text of a large binary number has
	 * fewer digits, in place of which the one without an exponent has zeros.
	 */
	private static boolean isExact(Leaf leaf, BigDecimal number) {
		return switch (leaf.type()) {
			case "java.lang.Float" -> new BigDecimal(number.floatValue()).compareTo(number) == 0;
			case "java.lang.Double" -> new BigDecimal(number.doubleValue()).compareTo(number) == 0;
			default -> true;
		};
	}

	private static boolean isText(Leaf leaf) {
		return leaf.kind() != Leaf.Kind.NULL && leaf.kind() != Leaf.Kind.BOOLEAN && leaf.kind() != Leaf.Kind.NUMBER;
	}

	private String elements(Elements elements) {
		boolean optional = isDeclaredOptional(elements);
		if (optional && elements.elements().isEmpty()) {
			return NONE;
		}
		if (optional && !isDeclaredOptional(elements.elements().get(0))) {
			return of(elements.elements().get(0));
		}
		StringJoiner text = new StringJoiner(", ", type(elements) + "[", "]");
		elements.elements().forEach((element) -> text.add(of(element)));
		return text.toString();
	}

	private static boolean isDeclaredOptional(SnapshotNode value) {
		return value instanceof Elements elements && elements.isOptional() && elements.declared();
	}

	private String fields(Fields object) {
		StringJoiner fields = new StringJoiner(", ", "{", "}");
		object.fields().forEach((name, field) -> fields.add(VisibleText.ofValue(name) + "=" + of(field)));
		String type = type(object);
		if (object.content() == null) {
			return type + fields;
		}
		String content = of(object.content());
		String separator = (type.isEmpty() || type(object.content()).isEmpty()) ? "" : " ";
		return type + separator + content + (object.fields().isEmpty() ? "" : fields);
	}

}
