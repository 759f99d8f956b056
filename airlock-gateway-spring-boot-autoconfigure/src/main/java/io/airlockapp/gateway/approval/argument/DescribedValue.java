package io.airlockapp.gateway.approval.argument;

import java.util.Iterator;

import tools.jackson.databind.JsonNode;

/**
 * Writes values for a description: as the command does, but not more than fits there. The
 * command has the rest.
 */
final class DescribedValue {

	/**
	 * Stands for a value that a call doesn't have.
	 */
	static final String NONE = "(none)";

	/**
	 * The length of the longest value.
	 */
	static final int MAX_LENGTH = 200;

	/**
	 * The length of texts, to which a note is added if they are longer.
	 */
	private static final int TEXT_LENGTH = 100;

	/**
	 * Room for the number of elements that are not shown.
	 */
	private static final int REST_LENGTH = 20;

	private DescribedValue() {
	}

	static String write(JsonNode value) {
		ValueText values = new ValueText(new TextAbridger(TEXT_LENGTH));
		String text = values.of(value);
		if (text.length() <= MAX_LENGTH) {
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
		while (first.length() + element.length() + REST_LENGTH <= MAX_LENGTH) {
			first.append(element).append(", ");
			shown++;
			element = elements.next();
		}
		return first + "<%d more>".formatted(size - shown);
	}

}
