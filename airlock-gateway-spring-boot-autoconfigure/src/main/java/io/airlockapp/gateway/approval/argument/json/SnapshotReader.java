package io.airlockapp.gateway.approval.argument.json;

import java.math.BigDecimal;
import java.math.BigInteger;

import io.airlockapp.gateway.harp.ExactJson;
import io.airlockapp.gateway.harp.HarpJson;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the JSON written for an argument into the exact tree that is shown and digested.
 * Duplicate members and nesting beyond 64 levels are refused.
 */
final class SnapshotReader {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private final SnapshotContext context;

	SnapshotReader(SnapshotContext context) {
		this.context = context;
	}

	JsonNode read(String json) {
		try (JsonParser parser = HarpJson.mapper().createParser(json)) {
			parser.nextToken();
			JsonNode value = value(parser);
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("it is written as more than one value");
			}
			return value;
		}
	}

	private JsonNode value(JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token == null) {
			throw new IllegalArgumentException("it is written as nothing");
		}
		return switch (token) {
			case START_OBJECT -> object(parser);
			case START_ARRAY -> array(parser);
			case VALUE_STRING -> text(parser.getString());
			case VALUE_NUMBER_INT -> integer(parser.getBigIntegerValue());
			case VALUE_NUMBER_FLOAT -> decimal(parser);
			case VALUE_TRUE, VALUE_FALSE -> nodes.booleanNode(token == JsonToken.VALUE_TRUE);
			case VALUE_NULL -> nodes.nullNode();
			default -> throw new IllegalArgumentException("it is not written as JSON");
		};
	}

	private ObjectNode object(JsonParser parser) {
		ObjectNode object = nodes.objectNode();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			requireNoMask(name);
			JsonToken token = parser.nextToken();
			String type = (token == JsonToken.VALUE_STRING) ? this.context.findTypeName(parser.getString()) : null;
			if (type != null) {
				object.put(name, type);
			}
			else {
				object.set(TypeNames.escape(name), value(parser));
			}
		}
		return object;
	}

	private ArrayNode array(JsonParser parser) {
		ArrayNode array = nodes.arrayNode();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			array.add(value(parser));
		}
		return array;
	}

	private JsonNode text(String text) {
		MaskNode mask = this.context.findMask(text);
		if (mask != null) {
			return mask;
		}
		requireNoMask(text);
		return nodes.stringNode(text);
	}

	private static void requireNoMask(String text) {
		if (text.startsWith(Masking.MASK)) {
			throw new IllegalArgumentException(
					"a text begins with '%s', which stands for hidden values".formatted(Masking.MASK));
		}
	}

	private static JsonNode integer(BigInteger value) {
		return ExactJson.of(nodes.numberNode(value));
	}

	/**
	 * Return a decimal as text, as required by the canonical form. Only floating-point
	 * numbers have a negative zero, which {@link BigDecimal} would lose.
	 */
	private static JsonNode decimal(JsonParser parser) {
		BigDecimal value = parser.getDecimalValue();
		boolean negativeZero = value.signum() == 0 && parser.getString().startsWith("-");
		return negativeZero ? nodes.stringNode("-0.0") : ExactJson.of(nodes.numberNode(value));
	}

}
