package io.airlockapp.gateway.approval;

import java.util.StringJoiner;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Writes a call the way people read code: {@code RefundService.refund(order=42,
 * amount=2.50)}. Texts are quoted unless they are plain words, so that no value can pass
 * for more arguments than it is.
 */
final class CommandText {

	private static final Pattern PLAIN = Pattern.compile("(?!(?:null|true|false)$)[\\p{L}\\p{N}_.:@/+-]{1,80}");

	private static final int MAX_VALUE_LENGTH = 200;

	private CommandText() {
	}

	static String of(String method, JsonNode arguments) {
		StringJoiner text = new StringJoiner(", ", method + "(", ")");
		arguments.properties()
			.forEach((argument) -> text.add(argument.getKey() + "=" + shorten(render(argument.getValue()))));
		return text.toString();
	}

	/**
	 * Write a value so that the text is that of no other value.
	 * @param value the value
	 * @return the text, which has no white space, or {@code null} if there is none: for
	 * values that are hidden, shortened or made of others
	 */
	static @Nullable String exact(JsonNode value) {
		if (value.isContainer() || (value instanceof MaskNode)) {
			return null;
		}
		String text = render(value);
		boolean whole = text.length() <= MAX_VALUE_LENGTH && text.codePoints().noneMatch(CommandText::isWhiteSpace);
		return whole ? text : null;
	}

	private static boolean isWhiteSpace(int c) {
		return Character.isWhitespace(c) || Character.isSpaceChar(c);
	}

	private static String render(JsonNode value) {
		if (value.isString()) {
			String text = value.stringValue();
			if (value instanceof MaskNode) {
				return ((MaskNode) value).display();
			}
			return quoteUnlessPlain(text);
		}
		if (value.isArray()) {
			StringJoiner elements = new StringJoiner(", ", "[", "]");
			value.forEach((element) -> elements.add(render(element)));
			return elements.toString();
		}
		if (value.isObject()) {
			StringJoiner members = new StringJoiner(", ", "{", "}");
			value.properties()
				.forEach((member) -> members.add(quoteUnlessPlain(member.getKey()) + "=" + render(member.getValue())));
			return members.toString();
		}
		return value.toString();
	}

	private static String quoteUnlessPlain(String text) {
		return PLAIN.matcher(text).matches() ? text : quote(text);
	}

	private static String shorten(String text) {
		if (text.length() <= MAX_VALUE_LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(MAX_VALUE_LENGTH - 1)) ? MAX_VALUE_LENGTH - 1
				: MAX_VALUE_LENGTH;
		return text.substring(0, end) + "… (%d characters)".formatted(text.length());
	}

	/**
	 * Quote a text. Characters that could change how the rest is shown are escaped.
	 * @param text the text
	 * @return the quoted text
	 */
	static String quote(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		text.codePoints().forEach((c) -> {
			if (c == '"' || c == '\\') {
				quoted.append('\\').appendCodePoint(c);
			}
			else {
				append(quoted, c);
			}
		});
		return quoted.append('"').toString();
	}

	/**
	 * Escape the characters of a text that could change how the rest is shown, except for
	 * tabs and line feeds.
	 * @param text the text
	 * @return the text in which all can be seen
	 */
	static String visible(String text) {
		StringBuilder visible = new StringBuilder();
		text.codePoints().forEach((c) -> {
			if (c == '\n' || c == '\t') {
				visible.appendCodePoint(c);
			}
			else {
				append(visible, c);
			}
		});
		return visible.toString();
	}

	private static void append(StringBuilder text, int c) {
		if (isInvisible(c)) {
			text.append("\\u").append(String.format((c > 0xffff) ? "{%x}" : "%04x", c));
		}
		else {
			text.appendCodePoint(c);
		}
	}

	private static boolean isInvisible(int c) {
		return switch (Character.getType(c)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				true;
			default -> false;
		};
	}

}
