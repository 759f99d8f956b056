package io.airlockapp.gateway.approval.argument;

import java.util.StringJoiner;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.VisibleText;
import io.airlockapp.gateway.approval.argument.json.MaskNode;
import tools.jackson.databind.JsonNode;

/**
 * Writes values of a snapshot the way people read code: {@code {sku="A 1", count=2}}.
 * Nothing in a value can pass for a mask, for more values than it is, or for anything
 * that is put in its place.
 */
final class ValueText {

	/**
	 * Shows every text in full.
	 */
	static final ValueText FULL = new ValueText(VisibleText::ofValue);

	private final UnaryOperator<String> texts;

	/**
	 * Create an instance.
	 * @param texts writes the texts inside of values
	 */
	ValueText(UnaryOperator<String> texts) {
		this.texts = texts;
	}

	/**
	 * Return whether a value is hidden from the person.
	 * @param value the value
	 */
	static boolean isMasked(JsonNode value) {
		return value instanceof MaskNode;
	}

	/**
	 * Write a name, which is never shortened.
	 * @param name the name of an argument or of a member
	 * @return the text
	 */
	static String name(String name) {
		return VisibleText.ofValue(name);
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @return the text
	 */
	String of(JsonNode value) {
		if (value instanceof MaskNode mask) {
			return mask.display();
		}
		if (value.isString()) {
			return this.texts.apply(value.stringValue());
		}
		if (value.isArray()) {
			StringJoiner elements = new StringJoiner(", ", "[", "]");
			value.forEach((element) -> elements.add(of(element)));
			return elements.toString();
		}
		if (value.isObject()) {
			StringJoiner members = new StringJoiner(", ", "{", "}");
			value.properties().forEach((member) -> members.add(name(member.getKey()) + "=" + of(member.getValue())));
			return members.toString();
		}
		if (value.isNumber() || value.isBoolean() || value.isNull()) {
			return value.toString();
		}
		throw new IllegalArgumentException("No snapshot has nodes of type " + value.getNodeType());
	}

}
