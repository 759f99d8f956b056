/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.harp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.HexFormat;

import tools.jackson.databind.JsonNode;

/**
 * JSON Canonicalization Scheme of RFC 8785: members sorted by UTF-16 code units, no white
 * space, the shortest escapes, and numbers in the format of ECMAScript.
 * <p>
 * As required by the RFC, numbers are converted to IEEE doubles: a value that cannot be
 * represented exactly is rounded. In a text for approval, such values must be written as
 * strings.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785</a>
 */
public final class CanonicalJson {

	/**
	 * The maximum nesting depth of objects and arrays.
	 */
	public static final int MAX_DEPTH = 64;

	private final StringBuilder out = new StringBuilder(256);

	private CanonicalJson() {
	}

	/**
	 * Return the canonical form as UTF-8 bytes, which are hashed and encrypted.
	 * @param node the JSON value
	 * @return the canonical bytes
	 * @throws IllegalArgumentException if the value has no canonical form: it contains a
	 * lone surrogate, a number that is not finite, nesting deeper than
	 * {@link #MAX_DEPTH}, or a node that is not JSON
	 */
	public static byte[] toBytes(JsonNode node) {
		CanonicalJson writer = new CanonicalJson();
		writer.write(node, 0);
		return StrictUtf8.encode(writer.out.toString());
	}

	/**
	 * Return the canonical form as text.
	 * @param node the JSON value
	 * @return the canonical text
	 * @throws IllegalArgumentException if the value has no canonical form, as for
	 * {@link #toBytes(JsonNode)}
	 */
	public static String toText(JsonNode node) {
		return new String(toBytes(node), StandardCharsets.UTF_8);
	}

	private void write(JsonNode node, int depth) {
		if (depth == MAX_DEPTH && node.isContainer()) {
			throw new IllegalArgumentException("JSON is nested deeper than " + MAX_DEPTH + " levels");
		}
		switch (node.getNodeType()) {
			case OBJECT -> writeObject(node, depth);
			case ARRAY -> writeArray(node, depth);
			case STRING -> writeString(node.stringValue());
			// Without a default, Jackson throws its own exception for values outside the
			// range of a double
			case NUMBER -> this.out.append(EcmaScriptNumber.toText(node.asDouble(Double.NaN)));
			case BOOLEAN -> this.out.append(node.booleanValue());
			case NULL -> this.out.append("null");
			default -> throw new IllegalArgumentException("Not a JSON value: " + node.getNodeType());
		}
	}

	private void writeObject(JsonNode node, int depth) {
		List<String> names = new ArrayList<>(node.propertyNames());
		Collections.sort(names);
		String separator = "{";
		for (String name : names) {
			this.out.append(separator);
			writeString(name);
			this.out.append(':');
			write(node.get(name), depth + 1);
			separator = ",";
		}
		this.out.append(names.isEmpty() ? "{}" : "}");
	}

	private void writeArray(JsonNode node, int depth) {
		this.out.append('[');
		for (int i = 0; i < node.size(); i++) {
			if (i > 0) {
				this.out.append(',');
			}
			write(node.get(i), depth + 1);
		}
		this.out.append(']');
	}

	private void writeString(String value) {
		this.out.append('"');
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			switch (c) {
				case '"' -> this.out.append("\\\"");
				case '\\' -> this.out.append("\\\\");
				case '\b' -> this.out.append("\\b");
				case '\t' -> this.out.append("\\t");
				case '\n' -> this.out.append("\\n");
				case '\f' -> this.out.append("\\f");
				case '\r' -> this.out.append("\\r");
				default -> {
					if (c < 0x20) {
						this.out.append("\\u").append(HexFormat.of().toHexDigits(c));
					}
					else {
						this.out.append(c);
					}
				}
			}
		}
		this.out.append('"');
	}

}
