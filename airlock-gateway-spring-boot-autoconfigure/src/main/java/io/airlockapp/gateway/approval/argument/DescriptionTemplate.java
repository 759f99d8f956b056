package io.airlockapp.gateway.approval.argument;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.snapshot.*;

/**
 * Template of a description. It shows only the content of the snapshot of a call, so it
 * can neither contradict the command, nor load or change anything.
 *
 * @param parts the parts in order
 */
public record DescriptionTemplate(List<Part> parts) {

	/**
	 * The maximum length of a description, so that it can be read at a glance.
	 */
	static final int MAX_LENGTH = 4000;

	/**
	 * The maximum length of a value. The command contains the rest.
	 */
	static final int MAX_VALUE_LENGTH = 200;

	/**
	 * Placeholder for a value that a call does not have.
	 */
	static final String NONE = "(none)";

	/**
	 * The length of texts, without the note that is added to longer ones.
	 */
	private static final int TEXT_LENGTH = 100;

	/**
	 * Space for the number of elements that are not shown.
	 */
	private static final int REST_LENGTH = 20;

	public DescriptionTemplate {
		parts = List.copyOf(parts);
		int length = parts.stream().mapToInt(Part::maxLength).sum();
		if (length > MAX_LENGTH) {
			throw new IllegalArgumentException(
					("it can become %s characters long, and may become %s: shorten the text, "
							+ "or show fewer arguments, since all are in the command anyway")
						.formatted(length, MAX_LENGTH));
		}
	}

	/**
	 * Return the description of a call.
	 * @param arguments the snapshot of the arguments by name
	 * @return the description
	 */
	public String describe(Map<String, SnapshotNode> arguments) {
		return this.parts.stream().map((part) -> part.write(arguments)).collect(Collectors.joining());
	}

	private static String describeValue(SnapshotNode value) {
		ValueText values = new ValueText(new TextAbridger(TEXT_LENGTH));
		String text = values.of(value);
		return (text.length() <= MAX_VALUE_LENGTH) ? text : "<%s characters>".formatted(text.length());
	}

	/**
	 * Part of a template.
	 */
	sealed interface Part {

		String write(Map<String, SnapshotNode> arguments);

		int maxLength();

	}

	/**
	 * Literal text of the template.
	 *
	 * @param text the text
	 */
	record Text(String text) implements Part {

		@Override
		public String write(Map<String, SnapshotNode> arguments) {
			return this.text;
		}

		@Override
		public int maxLength() {
			return this.text.length();
		}

	}

	/**
	 * Placeholder for an argument, or for a part of it.
	 *
	 * @param argument the name of the argument
	 * @param steps the path from the argument to its part
	 */
	record Value(String argument, List<String> steps) implements Part {

		Value {
			steps = List.copyOf(steps);
		}

		@Override
		public String write(Map<String, SnapshotNode> arguments) {
			SnapshotNode value = arguments.get(this.argument);
			for (String step : this.steps) {
				value = (value instanceof SnapshotNode.Fields object) ? object.fields().get(step) : null;
			}
			return (value == null) ? NONE : describeValue(value);
		}

		@Override
		public int maxLength() {
			return MAX_VALUE_LENGTH;
		}

	}

}
