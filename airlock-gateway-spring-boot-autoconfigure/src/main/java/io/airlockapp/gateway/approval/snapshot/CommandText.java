package io.airlockapp.gateway.approval.snapshot;

import java.util.Comparator;
import java.util.Map;
import java.util.StringJoiner;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;

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
												+ "shown in part by 'abridge = true' of @RequiresAirlockApproval"),
					null);
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
		arguments.forEach((name, value) -> text.add(ValueText.name(name) + "=" + values.of(value)));
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
	 * Format an argument if its text is unique.
	 * @param name the name of the argument
	 * @param value the value
	 * @return the text, which contains no white space, or {@code null} if there is none:
	 * for values that are hidden, long, or composed of others
	 */
	public static @Nullable String exact(String name, SnapshotNode value) {
		if (!(value instanceof SnapshotNode.Leaf)) {
			return null;
		}
		String text = ValueText.name(name) + "=" + ValueText.FULL.of(value);
		boolean whole = text.length() <= MAX_LENGTH && text.codePoints().noneMatch(CommandText::isWhiteSpace);
		return whole ? text : null;
	}

	private static boolean isWhiteSpace(int c) {
		return Character.isWhitespace(c) || Character.isSpaceChar(c);
	}

}
