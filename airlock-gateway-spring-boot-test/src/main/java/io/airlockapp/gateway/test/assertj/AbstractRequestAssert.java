/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.airlockapp.gateway.simulator.PendingRequest;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Base class for assertions on a request as its approver sees or saw it.
 *
 * @param <S> the type of the assertions
 */
public abstract class AbstractRequestAssert<S extends AbstractRequestAssert<S>>
		extends AbstractAssert<S, PendingRequest> {

	private static final String MASKED = "@masked";

	private static final String VALUE = "@value";

	AbstractRequestAssert(@Nullable PendingRequest actual, Class<S> type) {
		super(actual, type);
	}

	/**
	 * Verify the label, which the gateway can also read.
	 * @param expected the label
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public S hasLabel(String expected) {
		return shows("label", request().label(), expected);
	}

	/**
	 * Verify the description.
	 * @param expected the description
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public S hasDescription(String expected) {
		return shows("description", request().description(), expected);
	}

	/**
	 * Verify the command.
	 * @param expected the command
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public S hasCommandText(String expected) {
		return shows("command", request().commandText(), expected);
	}

	/**
	 * Verify an argument, as text: {@code 2.50} is not {@code 2.5}. Values other than
	 * text and numbers are compared as JSON.
	 * @param name the argument's name, or the path to a field, element or entry of it,
	 * such as {@code "payment.account"}, {@code "lines.0"} or {@code "prices.EUR"}
	 * @param expected the argument's value
	 * @return these assertions
	 * @throws AssertionError if it has another value, or does not exist
	 */
	public S hasArgument(String name, Object expected) {
		JsonNode value = argument(name);
		if (value != null && value.has(MASKED)) {
			throw failure(
					"Expected the person to be shown the argument '%s', but its value is hidden, by an annotation, or "
							+ "because no public accessor only returns it, in%n  %s",
					name, RequestText.of(request()));
		}
		return shows("argument '%s'".formatted(name), (value != null) ? readable(value) : null,
				String.valueOf(expected));
	}

	/**
	 * Verify the names of all arguments.
	 * @param names the names, in any order
	 * @return these assertions
	 * @throws AssertionError if there are others, or some are missing
	 */
	public S hasOnlyArguments(String... names) {
		return shows("arguments", new TreeSet<>(request().arguments().keySet()).toString(),
				new TreeSet<>(List.of(names)).toString());
	}

	/**
	 * Verify that arguments exist, but their values are hidden.
	 * @param names the names of the arguments, or paths to parts of them
	 * @return these assertions
	 * @throws AssertionError if a value is shown, or an argument does not exist
	 */
	public S masks(String... names) {
		for (String name : names) {
			JsonNode value = argument(name);
			if (value == null) {
				throw failure("Expected an argument '%s', but there are only %s in%n  %s", name,
						request().arguments().keySet(), RequestText.of(request()));
			}
			if (!value.has(MASKED)) {
				throw failure("Expected the argument '%s' to be masked, but it is shown. "
						+ "Is @AirlockSensitive missing on it?", name);
			}
		}
		return this.myself;
	}

	/**
	 * Verify that the request does not contain a text, neither encrypted nor in clear
	 * text.
	 * @param text the text
	 * @return these assertions
	 * @throws AssertionError if it does; the message contains the places, but not the
	 * text
	 */
	public S doesNotReveal(String text) {
		List<String> places = new ArrayList<>();
		find(text, "", request().plaintext(), places);
		request().metadata().forEach((name, value) -> {
			if (value.contains(text)) {
				places.add("metadata." + name);
			}
		});
		if (!places.isEmpty()) {
			throw failure("Expected the text to be nowhere in the request, but it is in %s", places);
		}
		return this.myself;
	}

	/**
	 * Verify the artifact type.
	 * @param expected the artifact type
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public S hasArtifactType(String expected) {
		return shows("artifact type", request().artifactType(), expected);
	}

	/**
	 * Verify the workspace.
	 * @param expected the workspace's name
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public S hasWorkspace(String expected) {
		return shows("workspace", request().workspaceName(), expected);
	}

	/**
	 * Verify the repository.
	 * @param expected the repository's name
	 * @return these assertions
	 * @throws AssertionError if it is another one
	 */
	public S hasRepository(String expected) {
		return shows("repository", request().repoName(), expected);
	}

	PendingRequest request() {
		isNotNull();
		return this.actual;
	}

	private @Nullable JsonNode argument(String name) {
		Map<String, JsonNode> arguments = request().arguments();
		if (arguments.containsKey(name)) {
			return value(arguments.get(name));
		}
		String[] path = name.split("\\.");
		JsonNode value = value(arguments.get(path[0]));
		for (int i = 1; value != null && i < path.length; i++) {
			value = value(part(value, path[i]));
		}
		return value;
	}

	/**
	 * Return a field of an object, an element by its index, or an entry by its key. The
	 * entries of a map are an array of keys and values in turn.
	 */
	private static @Nullable JsonNode part(JsonNode value, String name) {
		if (value.isArray() && name.chars().allMatch(Character::isDigit)) {
			return value.get(Integer.parseInt(name));
		}
		for (int i = 0; value.isArray() && i < value.size() - 1; i += 2) {
			JsonNode key = value(value.get(i));
			if (key != null && readable(key).equals(name)) {
				return value.get(i + 1);
			}
		}
		return value.get(name);
	}

	/**
	 * Return a value without its class, which is next to it unless its position declares
	 * the class.
	 */
	private static @Nullable JsonNode value(@Nullable JsonNode node) {
		return (node != null && node.has(VALUE)) ? node.get(VALUE) : node;
	}

	private S shows(String what, @Nullable String shown, String expected) {
		if (!expected.equals(shown)) {
			throw failureWithActualExpected(shown, expected,
					"Expected the person to be shown the %s%n  %s%nbut it is%n  %s%nin%n  %s", what, expected,
					(shown != null) ? shown : "not there", RequestText.of(request()));
		}
		return this.myself;
	}

	private static void find(String text, String path, JsonNode node, List<String> places) {
		for (Map.Entry<String, JsonNode> member : node.properties()) {
			String name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
			if (member.getKey().contains(text)) {
				places.add("a name in " + (path.isEmpty() ? "the plaintext" : path));
			}
			find(text, name, member.getValue(), places);
		}
		for (int i = 0; node.isArray() && i < node.size(); i++) {
			find(text, "%s[%d]".formatted(path, i), node.get(i), places);
		}
		if (node.isValueNode() && readable(node).contains(text)) {
			places.add(path);
		}
	}

	private static String readable(JsonNode value) {
		return value.isString() ? value.stringValue() : value.toString();
	}

}
