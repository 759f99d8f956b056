/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the text of a call back, as a person does who knows the rules. That it can be
 * read in one way only is what keeps values from passing for anything else.
 */
final class CommandReader {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:@/+-]+");

	private static final Pattern CLASS = Pattern
		.compile("%1$s(?: by %1$s)?(?: %1$s(?: by %1$s)?)?(?:(?:\\[])*(?=\\[)|(?=[{(]))".formatted("[A-Za-z0-9_.$]+"));

	private static final Pattern ESCAPE = Pattern
		.compile("\\\\(?:u([0-9a-f]{4})|u\\{([0-9a-f]{5,6})}|\\{([0-9]+) blanks}|([\"\\\\]))");

	private static final Pattern OMISSION = Pattern
		.compile("<([0-9]+) of ([0-9]+) characters left out, SHA-256 ([0-9a-f]{32})>");

	private final String text;

	private int position;

	CommandReader(String text) {
		this.text = text;
	}

	/**
	 * Read a call. Numbers and plain words are texts, objects are as of
	 * {@link RandomSnapshots#object}, masks are {@link RandomSnapshots#MASK}, and what is
	 * shown in part is an {@link Omission}.
	 * @param method the method's name
	 * @return the arguments
	 */
	ObjectNode read(String method) {
		expect(method + "(");
		ObjectNode arguments = members(')');
		if (this.position != this.text.length()) {
			throw unexpected();
		}
		return arguments;
	}

	private ObjectNode members(char end) {
		ObjectNode members = nodes.objectNode();
		while (!take(end)) {
			if (!members.isEmpty()) {
				expect(", ");
			}
			String name = isQuoted() ? quoted() : find(PLAIN).group();
			expect("=");
			if (members.has(name)) {
				throw unexpected();
			}
			members.set(name, value());
		}
		return members;
	}

	private JsonNode value() {
		Matcher type = CLASS.matcher(this.text).region(this.position, this.text.length());
		boolean typed = type.lookingAt();
		this.position = typed ? type.end() : this.position;
		if (typed && take('(')) {
			JsonNode value = value();
			expect(")");
			return RandomSnapshots.typed(type.group(), value);
		}
		if (peek() == '{' || peek() == '[') {
			JsonNode first = take('{') ? members('}') : elements();
			return RandomSnapshots.object(typed ? type.group() : null, first, take('{') ? members('}') : null);
		}
		if (peek() == '(') {
			boolean none = this.text.startsWith(ValueText.NONE, this.position);
			expect(none ? ValueText.NONE : "(left out)");
			return none ? RandomSnapshots.NONE : RandomSnapshots.OMITTED;
		}
		if (this.text.startsWith(Masking.MASK, this.position)) {
			expect(Masking.MASK);
			return RandomSnapshots.MASK;
		}
		if (isQuoted()) {
			String text = quoted();
			return (peek() == '<') ? nodes.pojoNode(omission(text)) : nodes.stringNode(text);
		}
		String word = find(PLAIN).group();
		return switch (word) {
			case "null" -> nodes.nullNode();
			case "true", "false" -> nodes.booleanNode(word.equals("true"));
			default -> nodes.stringNode(word);
		};
	}

	private ArrayNode elements() {
		expect("[");
		ArrayNode elements = nodes.arrayNode();
		while (!take(']')) {
			if (!elements.isEmpty()) {
				expect(", ");
			}
			elements.add(value());
		}
		return elements;
	}

	private Omission omission(String head) {
		Matcher omission = find(OMISSION);
		return new Omission(head, Integer.parseInt(omission.group(1)), Integer.parseInt(omission.group(2)),
				omission.group(3), quoted());
	}

	private boolean isQuoted() {
		return peek() == '"' || peek() == '\u2068';
	}

	private String quoted() {
		boolean isolated = take('\u2068');
		expect("\"");
		StringBuilder value = new StringBuilder();
		while (!take('"')) {
			if (peek() == '\\') {
				Matcher escape = find(ESCAPE);
				if (escape.group(1) != null) {
					value.append((char) Integer.parseInt(escape.group(1), 16));
				}
				else if (escape.group(2) != null) {
					value.appendCodePoint(Integer.parseInt(escape.group(2), 16));
				}
				else if (escape.group(3) != null) {
					value.append(" ".repeat(Integer.parseInt(escape.group(3))));
				}
				else {
					value.append(escape.group(4));
				}
			}
			else if (!take('\u2068') && !take('\u2069')) {
				value.append(peek());
				this.position++;
			}
		}
		if (isolated) {
			expect("\u2069");
		}
		return value.toString();
	}

	private Matcher find(Pattern pattern) {
		Matcher matcher = pattern.matcher(this.text).region(this.position, this.text.length());
		if (!matcher.lookingAt()) {
			throw unexpected();
		}
		this.position = matcher.end();
		return matcher;
	}

	private char peek() {
		return (this.position < this.text.length()) ? this.text.charAt(this.position) : '\0';
	}

	private boolean take(char expected) {
		boolean found = peek() == expected;
		this.position += found ? 1 : 0;
		return found;
	}

	private void expect(String expected) {
		if (!this.text.startsWith(expected, this.position)) {
			throw unexpected();
		}
		this.position += expected.length();
	}

	private AssertionError unexpected() {
		return new AssertionError("Not readable at %d: %s".formatted(this.position, this.text));
	}

	/**
	 * A text that is shown in part.
	 *
	 * @param head its beginning
	 * @param omitted how many characters are left out
	 * @param length how many it has
	 * @param digest the digest of those that are left out
	 * @param tail its end
	 */
	record Omission(String head, int omitted, int length, String digest, String tail) {
	}

}
