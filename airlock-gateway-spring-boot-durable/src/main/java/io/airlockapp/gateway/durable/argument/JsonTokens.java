package io.airlockapp.gateway.durable.argument;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Holds a JSON value by its tokens. Two are equal if they differ in no more than
 * whitespace and the order of members. In a tree of Jackson, numbers such as 2.5 and 2.50
 * may be equal.
 */
final class JsonTokens {

	private final Object tokens;

	private JsonTokens(Object tokens) {
		this.tokens = tokens;
	}

	/**
	 * Read a value.
	 * @param parser the parser, at the first token of the value; it is left at the last
	 * one
	 * @return the value
	 */
	static JsonTokens read(JsonParser parser) {
		return new JsonTokens(value(parser));
	}

	private static Object value(JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.START_OBJECT) {
			Map<String, Object> members = new TreeMap<>();
			while (parser.nextToken() != JsonToken.END_OBJECT) {
				String name = parser.currentName();
				parser.nextToken();
				members.put(name, value(parser));
			}
			return members;
		}
		if (token == JsonToken.START_ARRAY) {
			List<Object> elements = new ArrayList<>();
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				elements.add(value(parser));
			}
			return elements;
		}
		return token + " " + parser.getString();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof JsonTokens json && this.tokens.equals(json.tokens);
	}

	@Override
	public int hashCode() {
		return this.tokens.hashCode();
	}

}
