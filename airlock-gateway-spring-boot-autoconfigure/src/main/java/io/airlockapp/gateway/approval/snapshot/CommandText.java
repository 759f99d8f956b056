/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.support.VisibleText;

/**
 * Formats a call like source code: {@code RefundService.refund(order=42, amount=2.50)}.
 * The text contains the complete call, or states in its first line what is missing. A
 * call that is too long for this has no text.
 *
 * @param call the call
 * @param abridged the number of values that are not shown in full
 */
public record CommandText(String call, int abridged) {

	/**
	 * The maximum length of a text that a person can be expected to read.
	 */
	public static final int MAX_LENGTH = 4000;

	/**
	 * The lengths to which texts are abridged in turn, until the call fits.
	 */
	private static final int[] TEXT_LENGTHS = { 1200, 600, 300, 150 };

	/**
	 * Format a call.
	 * @param method the method
	 * @param arguments the arguments by name
	 * @param abridge whether parts of long texts may be left out if the call is too long
	 * @return the text
	 * @throws InvalidApprovalUsageException if the call is too long
	 */
	public static CommandText of(String method, Map<String, SnapshotNode> arguments, boolean abridge) {
		CommandText text = new CommandText(write(method, arguments, ValueText.FULL), 0);
		for (int i = 0; abridge && i < TEXT_LENGTHS.length && text.isTooLong(); i++) {
			TextAbridger abridger = new TextAbridger(TEXT_LENGTHS[i]);
			text = new CommandText(write(method, arguments, new ValueText(abridger)), abridger.count());
		}
		if (text.isTooLong()) {
			throw new InvalidApprovalUsageException(
					"The call of %s is too long to be shown to a person: its text%s has %s characters, %sand may have %s. %s"
						.formatted(method, abridge ? " still" : "", text.text().length(), largest(arguments),
								MAX_LENGTH,
								abridge ? "Pass less, pass an id in place of the data, or split the call"
										: "Pass less, pass an id in place of the data, split the call, or let long texts be "
												+ "shown in part by 'abridge = true' of @RequiresAirlockApproval"));
		}
		return text;
	}

	/**
	 * Return the text for the approver.
	 */
	public String text() {
		return note() + this.call;
	}

	/**
	 * Return the line with the number of values that are not shown in full.
	 * @return the line with its line feed, or an empty text if all values are shown in
	 * full
	 */
	public String note() {
		return (this.abridged > 0) ? "NOT SHOWN IN FULL: parts of %s %s are left out\n".formatted(this.abridged,
				(this.abridged > 1) ? "values" : "value") : "";
	}

	private boolean isTooLong() {
		return note().length() + this.call.length() > MAX_LENGTH;
	}

	private static String write(String method, Map<String, SnapshotNode> arguments, ValueText values) {
		StringJoiner text = new StringJoiner(", ", method + "(", ")");
		arguments.forEach((name, value) -> text.add(VisibleText.ofValue(name) + "=" + values.of(value)));
		return text.toString();
	}

	private static String largest(Map<String, SnapshotNode> arguments) {
		return arguments.entrySet()
			.stream()
			.map((argument) -> Map.entry(argument.getKey(), ValueText.FULL.of(argument.getValue()).length()))
			.max(Comparator.comparing(Map.Entry::getValue))
			.map((largest) -> "of which '%s' has %s, ".formatted(largest.getKey(), largest.getValue()))
			.orElse("");
	}

	/**
	 * Return the beginning of a call as tokens by which a policy can approve it. They are
	 * created from the arguments themselves, not from the text that shows them, and end
	 * before the first argument whose text could be that of another value. No value can
	 * therefore be taken for another token, or for several tokens.
	 * @param method the method
	 * @param arguments the arguments by name
	 * @return the tokens in two forms: one token for the method and one for each argument
	 * ({@code Refunds.refund}, {@code order=42}, {@code amount=2.50}), and the text of
	 * the call split at its spaces ({@code Refunds.refund(order=42,}, {@code
	 * amount=2.50)})
	 */
	public static List<List<String>> tokens(String method, Map<String, SnapshotNode> arguments) {
		List<String> separate = new ArrayList<>(List.of(method));
		List<String> cut = new ArrayList<>();
		for (Map.Entry<String, SnapshotNode> argument : arguments.entrySet()) {
			String token = VisibleText.ofValue(argument.getKey()) + "=" + ValueText.FULL.of(argument.getValue());
			if (!(argument.getValue() instanceof SnapshotNode.Leaf) || token.length() > MAX_LENGTH
					|| token.codePoints().anyMatch((c) -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
				return List.of(separate, cut);
			}
			separate.add(token);
			cut.add((cut.isEmpty() ? method + "(" : "") + token + ((cut.size() == arguments.size() - 1) ? ")" : ","));
		}
		return List.of(separate, cut.isEmpty() ? List.of(method + "()") : cut);
	}

}
