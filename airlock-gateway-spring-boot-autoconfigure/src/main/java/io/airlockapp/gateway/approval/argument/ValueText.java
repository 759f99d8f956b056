package io.airlockapp.gateway.approval.argument;

import java.util.StringJoiner;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.VisibleText;
import io.airlockapp.gateway.approval.argument.json.MaskNode;
import tools.jackson.databind.JsonNode;

/**
 * Formats values of a snapshot like source code: {@code {sku="A 1", count=2}}. No value
 * can be taken for a mask, for several values, or for a note that replaces a value.
 */
final class ValueText {

	/**
	 * Shows all texts in full.
	 */
	static final ValueText FULL = new ValueText(VisibleText::ofValue);

	private final UnaryOperator<String> texts;

	/**
	 * Create an instance.
	 * @param texts formats the texts inside of values
	 */
	ValueText(UnaryOperator<String> texts) {
		this.texts = texts;
	}

	/**
	 * Return whether a value is hidden from the approver.
	 */
	static boolean isMasked(JsonNode value) {
		return value instanceof MaskNode;
	}

	/**
	 * Format a name, which is never abridged.
	 */
	static String name(String name) {
		return VisibleText.ofValue(name);
	}

	/**
	 * Format a value.
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
