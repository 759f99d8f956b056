package io.airlockapp.gateway.approval.argument;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;

/**
 * Template of a description. It shows what the snapshot of a call holds and nothing else,
 * so it can neither say something else than the command, nor load or change anything.
 *
 * @param parts what is written one after the other
 */
public record DescriptionTemplate(List<Part> parts) {

	/**
	 * The length of the longest description, so that it can be read at a glance.
	 */
	static final int MAX_LENGTH = 4000;

	/**
	 * The length of the longest value. The command has the rest.
	 */
	static final int MAX_VALUE_LENGTH = 200;

	/**
	 * Stands for a value that a call doesn't have.
	 */
	static final String NONE = "(none)";

	/**
	 * The length of texts, to which a note is added if they are longer.
	 */
	private static final int TEXT_LENGTH = 100;

	/**
	 * Room for the number of elements that are not shown.
	 */
	private static final int REST_LENGTH = 20;

	public DescriptionTemplate {
		parts = List.copyOf(parts);
		int length = parts.stream().mapToInt(Part::maxLength).sum();
		if (length > MAX_LENGTH) {
			throw new IllegalArgumentException(
					("it can become %d characters long, and may become %d: shorten the text, "
							+ "or show fewer arguments, since all are in the command anyway")
						.formatted(length, MAX_LENGTH));
		}
	}

	/**
	 * Return what a person reads.
	 * @param arguments the snapshot of the arguments by name
	 * @return the description
	 */
	public String describe(JsonNode arguments) {
		return this.parts.stream().map((part) -> part.write(arguments)).collect(Collectors.joining());
	}

	private static String describeValue(JsonNode value) {
		ValueText values = new ValueText(new TextAbridger(TEXT_LENGTH));
		String text = values.of(value);
		if (text.length() <= MAX_VALUE_LENGTH) {
			return text;
		}
		if (value.isObject()) {
			return "{" + first(value.properties()
				.stream()
				.map((member) -> ValueText.name(member.getKey()) + "=" + values.of(member.getValue()))
				.iterator(), value.size()) + "}";
		}
		if (value.isArray()) {
			return "[" + first(value.valueStream().map(values::of).iterator(), value.size()) + "]";
		}
		// A number of this length is a text, and not abridged
		return "<%d characters>".formatted(text.length());
	}

	/**
	 * Write the first elements. What follows them stands outside of quotation marks,
	 * where nothing of a value does.
	 */
	private static String first(Iterator<String> elements, int size) {
		StringBuilder first = new StringBuilder();
		int shown = 0;
		String element = elements.next();
		while (first.length() + element.length() + REST_LENGTH <= MAX_VALUE_LENGTH) {
			first.append(element).append(", ");
			shown++;
			element = elements.next();
		}
		return first + "<%d more>".formatted(size - shown);
	}

	/**
	 * Part of a template.
	 */
	sealed interface Part {

		String write(JsonNode arguments);

		int maxLength();

	}

	/**
	 * Text of the author, which stays as it is.
	 *
	 * @param text the text
	 */
	record Text(String text) implements Part {

		@Override
		public String write(JsonNode arguments) {
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
	 * @param argument the argument's name
	 * @param steps the way from the argument to its part
	 */
	record Value(String argument, List<String> steps) implements Part {

		Value {
			steps = List.copyOf(steps);
		}

		@Override
		public String write(JsonNode arguments) {
			JsonNode value = arguments.path(this.argument);
			for (String step : this.steps) {
				value = part(value, step);
			}
			return value.isMissingNode() ? NONE : describeValue(value);
		}

		private static JsonNode part(JsonNode value, String step) {
			if (ValueText.isMasked(value)) {
				return value;
			}
			return value.isArray() ? value.path(index(step)) : value.path(step);
		}

		private static int index(String step) {
			try {
				return Integer.parseInt(step);
			}
			catch (NumberFormatException ex) {
				return -1;
			}
		}

		@Override
		public int maxLength() {
			return MAX_VALUE_LENGTH;
		}

	}

}
