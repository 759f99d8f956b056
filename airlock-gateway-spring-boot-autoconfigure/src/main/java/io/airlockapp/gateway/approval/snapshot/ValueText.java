package io.airlockapp.gateway.approval.snapshot;

import java.util.StringJoiner;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.VisibleText;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;

/**
 * Formats values of a snapshot like source code: {@code {sku="A 1", count=2}}. No value
 * can be mistaken for a mask, for several values, for a class, or for a note that
 * replaces a value.
 */
public final class ValueText {

	/**
	 * Shows all texts in full.
	 */
	public static final ValueText FULL = new ValueText(VisibleText::ofValue);

	/**
	 * The text of an empty {@link java.util.Optional}, and of a part that does not exist.
	 */
	public static final String NONE = "(none)";

	private static final String OMITTED = "(left out)";

	private final UnaryOperator<String> texts;

	/**
	 * Create an instance.
	 * @param texts formats the texts inside of values
	 */
	public ValueText(UnaryOperator<String> texts) {
		this.texts = texts;
	}

	/**
	 * Return whether a value is hidden from the approver.
	 * @param value the value
	 * @return whether it is masked or left out
	 */
	public static boolean isHidden(SnapshotNode value) {
		return value instanceof Masked || value instanceof Omitted;
	}

	/**
	 * Format a name, which is never abridged.
	 * @param name the name of a parameter, field or key
	 * @return the name, in quotation marks if necessary
	 */
	public static String name(String name) {
		return VisibleText.ofValue(name);
	}

	/**
	 * Format a value.
	 * @param value the value
	 * @return the text
	 */
	public String of(SnapshotNode value) {
		if (value instanceof Leaf leaf) {
			return leaf(leaf);
		}
		if (value instanceof Elements elements) {
			return elements(elements);
		}
		if (value instanceof Entries entries) {
			StringJoiner members = new StringJoiner(", ", "{", "}");
			entries.entries().forEach((entry) -> members.add(key(entry.key()) + "=" + of(entry.value())));
			return members.toString();
		}
		if (value instanceof Fields fields) {
			return fields(fields);
		}
		return (value instanceof Masked) ? Masking.MASK : OMITTED;
	}

	/**
	 * Format a value without parts. In a wider position, a text is quoted, since it could
	 * be that of a number or a date.
	 */
	private String leaf(Leaf leaf) {
		return switch (leaf.kind()) {
			case NULL, BOOLEAN, NUMBER -> leaf.text();
			case TEXT -> leaf.declared() ? this.texts.apply(leaf.text()) : quoted(leaf.text());
			case CONSTANT, OTHER -> this.texts.apply(leaf.text());
		};
	}

	private String quoted(String text) {
		String formatted = this.texts.apply(text);
		return formatted.equals(text) ? VisibleText.quote(text) : formatted;
	}

	private static String key(Leaf key) {
		return switch (key.kind()) {
			case NULL, BOOLEAN, NUMBER -> key.text();
			case TEXT -> key.declared() ? name(key.text()) : VisibleText.quote(key.text());
			case CONSTANT, OTHER -> name(key.text());
		};
	}

	private String elements(Elements elements) {
		if (elements.type().equals(Elements.OPTIONAL)) {
			return elements.elements().isEmpty() ? NONE : of(elements.elements().get(0));
		}
		StringJoiner text = new StringJoiner(", ", "[", "]");
		elements.elements().forEach((element) -> text.add(of(element)));
		return text.toString();
	}

	private String fields(Fields object) {
		StringJoiner fields = new StringJoiner(", ", "{", "}");
		object.fields().forEach((name, field) -> fields.add(name(name) + "=" + of(field)));
		String type = object.declared() ? "" : object.type();
		if (object.content() == null) {
			return type + fields;
		}
		String content = of(object.content());
		return type + content + (object.fields().isEmpty() ? "" : fields);
	}

}
