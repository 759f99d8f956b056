package io.airlockapp.gateway.approval.condition;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.TextAbridger;
import io.airlockapp.gateway.approval.snapshot.ValueText;

/**
 * Template of a description. It shows only the content of the snapshot of a call, so it
 * can neither contradict the command, nor load or change anything.
 */
public final class DescriptionTemplate {

	/**
	 * The maximum length of a description, so that it can be read at a glance.
	 */
	static final int MAX_LENGTH = 4000;

	/**
	 * The maximum length of a value. The command contains the rest.
	 */
	static final int MAX_VALUE_LENGTH = 200;

	/**
	 * The length of texts, without the note that is added to longer ones.
	 */
	private static final int TEXT_LENGTH = 100;

	/**
	 * Space for the number of elements that are not shown.
	 */
	private static final int REST_LENGTH = 20;

	private final List<Object> parts;

	/**
	 * Create a template.
	 * @param parts the parts in order: texts and paths
	 */
	DescriptionTemplate(List<Object> parts) {
		this.parts = List.copyOf(parts);
		int length = parts.stream()
			.mapToInt((part) -> (part instanceof String text) ? text.length() : MAX_VALUE_LENGTH)
			.sum();
		if (length > MAX_LENGTH) {
			throw new IllegalArgumentException(
					("it can become %s characters long, and may become %s: shorten the text, "
							+ "or show fewer arguments, because all are in the command anyway")
						.formatted(length, MAX_LENGTH));
		}
	}

	/**
	 * Return the description of a call.
	 * @param snapshot returns the snapshot of the argument with an index
	 * @return the description
	 */
	public String describe(IntFunction<SnapshotNode> snapshot) {
		return this.parts.stream()
			.map((part) -> (part instanceof SnapshotPath path) ? describe(path, snapshot) : part.toString())
			.collect(Collectors.joining());
	}

	private static String describe(SnapshotPath path, IntFunction<SnapshotNode> snapshot) {
		SnapshotNode part = path.find(snapshot.apply(path.parameter()), false);
		if (part == null) {
			return ValueText.NONE;
		}
		ValueText values = new ValueText(new TextAbridger(TEXT_LENGTH));
		String text = values.of(part);
		return (text.length() <= MAX_VALUE_LENGTH) ? text : abridge(SnapshotPath.unwrap(part), values, text.length());
	}

	private static String abridge(SnapshotNode value, ValueText values, int length) {
		if (value instanceof Elements elements) {
			return first(ValueText.type(value) + "[", elements.elements().stream().map(values::of).toList(), "]");
		}
		if (value instanceof Entries entries) {
			return first(ValueText.type(value) + "{", entries.entries().stream().map((entry) -> {
				String single = values.of(new Entries(entries.type(), true, true, true, List.of(entry)));
				return single.substring(1, single.length() - 1);
			}).toList(), "}");
		}
		if (value instanceof Fields object && object.content() == null) {
			return first(ValueText.type(value) + "{",
					object.fields()
						.entrySet()
						.stream()
						.map((field) -> ValueText.name(field.getKey()) + "=" + values.of(field.getValue()))
						.toList(),
					"}");
		}
		// Long numbers are not abridged
		return "<%s characters>".formatted(length);
	}

	/**
	 * Return the first parts. The note about the others is outside of quotation marks,
	 * where no text of a value can be.
	 */
	private static String first(String start, List<String> parts, String end) {
		StringBuilder first = new StringBuilder(start);
		int shown = 0;
		while (first.length() + parts.get(shown).length() + REST_LENGTH <= MAX_VALUE_LENGTH) {
			first.append(parts.get(shown)).append(", ");
			shown++;
		}
		return first + "<%s more>".formatted(parts.size() - shown) + end;
	}

}
