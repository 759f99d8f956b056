/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.support.VisibleText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the contexts of the caller, as they are in the plaintext of a recorded call. The
 * approver sees each of them in a line of the command: its values, or that it has hidden
 * ones.
 */
public final class RecordedContexts {

	private static final String SHOWN = "context";

	private static final String HIDDEN = "hiddenContext";

	private final Map<String, Map<String, String>> shown = new TreeMap<>();

	private final Map<String, Map<String, String>> hidden = new TreeMap<>();

	/**
	 * Read the contexts of a plaintext.
	 * @param plaintext the plaintext
	 * @return the contexts
	 */
	public static RecordedContexts of(JsonNode plaintext) {
		RecordedContexts contexts = new RecordedContexts();
		plaintext.path(SHOWN).properties().forEach((context) -> contexts.shown.put(context.getKey(), values(context)));
		plaintext.path(HIDDEN)
			.properties()
			.forEach((context) -> contexts.hidden.put(context.getKey(), values(context)));
		return contexts;
	}

	private static Map<String, String> values(Map.Entry<String, JsonNode> context) {
		Map<String, String> values = new TreeMap<>();
		context.getValue().properties().forEach((value) -> values.put(value.getKey(), value.getValue().asString()));
		return values;
	}

	/**
	 * Add a context.
	 * @param name the name of the context
	 * @param values the values, of which none is {@code null}. A context without values
	 * is not added
	 * @param isHidden whether the values are hidden from the approver
	 */
	public void add(String name, Map<String, String> values, boolean isHidden) {
		// Without nulls, which would be restored as other values
		Map<String, String> copy = new TreeMap<>(Map.copyOf(values));
		if (!copy.isEmpty()) {
			(isHidden ? this.hidden : this.shown).put(name, copy);
		}
	}

	/**
	 * Return the values of all contexts.
	 * @return the values by the name of the context
	 */
	public Map<String, Map<String, String>> values() {
		Map<String, Map<String, String>> values = new LinkedHashMap<>(this.shown);
		values.putAll(this.hidden);
		return values;
	}

	/**
	 * Write the contexts as members of a plaintext.
	 * @param plaintext the plaintext
	 */
	public void writeTo(ObjectNode plaintext) {
		write(plaintext, SHOWN, this.shown);
		write(plaintext, HIDDEN, this.hidden);
	}

	private static void write(ObjectNode plaintext, String member, Map<String, Map<String, String>> contexts) {
		if (!contexts.isEmpty()) {
			ObjectNode all = plaintext.putObject(member);
			contexts.forEach((name, values) -> values.forEach(all.putObject(name)::put));
		}
	}

	/**
	 * Return the lines that are appended to the command text.
	 */
	String lines() {
		StringBuilder lines = new StringBuilder();
		this.shown.forEach((name, values) -> append(lines, name,
				values.entrySet()
					.stream()
					.map((value) -> VisibleText.ofValue(value.getKey()) + "=" + VisibleText.ofValue(value.getValue()))
					.collect(Collectors.joining(", "))));
		this.hidden.keySet().forEach((name) -> append(lines, name, Masking.MASK));
		return lines.toString();
	}

	private static void append(StringBuilder lines, String name, String values) {
		lines.append("\ncontext ").append(VisibleText.ofValue(name)).append(": ").append(values);
	}

}
