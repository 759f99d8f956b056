/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.exchange;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.support.VisibleText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the contexts of the caller, as they are in the plaintext of a recorded call. The
 * approver sees each of them in a line of the command: its values, or that it has hidden
 * ones. Hidden values are not in the plaintext, but in a line before the arguments, whose
 * hash is.
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
	 * @param values the values. A context without values is not added
	 * @param isHidden whether the values are hidden from the approver
	 * @throws InvalidApprovalUsageException if a value is {@code null}, which would be
	 * restored as another one
	 */
	public void add(String name, Map<String, String> values, boolean isHidden) {
		values.forEach((part, value) -> {
			if (value == null) {
				throw new InvalidApprovalUsageException(
						"The DurableContext '%s' captured null for '%s': leave it out".formatted(name, part));
			}
		});
		Map<String, String> copy = new TreeMap<>(values);
		if (!copy.isEmpty()) {
			(isHidden ? this.hidden : this.shown).put(name, copy);
		}
	}

	/**
	 * Return the values of all contexts.
	 * @param stored the arguments with the hidden values
	 * @return the values by the name of the context
	 */
	public Map<String, Map<String, String>> values(String stored) {
		Map<String, Map<String, String>> values = new LinkedHashMap<>(this.shown);
		values.putAll(this.hidden);
		if (!this.hidden.isEmpty()) {
			HarpJson.mapper()
				.readTree(stored.substring(0, stored.indexOf('\n')))
				.properties()
				.forEach((context) -> values.put(context.getKey(), values(context)));
		}
		return values;
	}

	/**
	 * Add the hidden values to recorded arguments.
	 * @param arguments the arguments
	 * @return the text to store, which is that of the arguments if nothing is hidden
	 */
	public String addTo(String arguments) {
		return this.hidden.isEmpty() ? arguments : HarpJson.mapper().writeValueAsString(this.hidden) + "\n" + arguments;
	}

	/**
	 * Return recorded arguments without the hidden values.
	 * @param stored the arguments with the hidden values
	 * @return the arguments
	 */
	public String argumentsOf(String stored) {
		return this.hidden.isEmpty() ? stored : stored.substring(stored.indexOf('\n') + 1);
	}

	/**
	 * Write the contexts as members of a plaintext, without the hidden values.
	 * @param plaintext the plaintext
	 */
	public void writeTo(ObjectNode plaintext) {
		Map<String, Map<String, String>> names = new TreeMap<>();
		this.hidden.keySet().forEach((name) -> names.put(name, Map.of()));
		write(plaintext, SHOWN, this.shown);
		write(plaintext, HIDDEN, names);
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
