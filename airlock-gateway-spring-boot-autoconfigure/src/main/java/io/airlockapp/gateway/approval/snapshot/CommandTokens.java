package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Creates the tokens by which a policy can approve a call. They are created from the
 * arguments themselves, not from the text that shows them, and end before the first
 * argument whose text could be that of another value. No value can therefore be taken for
 * another token, or for several tokens.
 */
public final class CommandTokens {

	private CommandTokens() {
	}

	/**
	 * Return the beginning of a call as tokens, in two forms: one token for the method
	 * and one for each argument ({@code Refunds.refund}, {@code order=42}, {@code
	 * amount=2.50}), and the text of the call split at its spaces ({@code
	 * Refunds.refund(order=42,}, {@code amount=2.50)}).
	 */
	public static List<List<String>> of(String method, Map<String, SnapshotNode> arguments) {
		List<String> separate = new ArrayList<>(List.of(method));
		List<String> cut = new ArrayList<>();
		for (Map.Entry<String, SnapshotNode> argument : arguments.entrySet()) {
			String token = CommandText.exact(argument.getKey(), argument.getValue());
			if (token == null) {
				return List.of(separate, cut);
			}
			separate.add(token);
			cut.add((cut.isEmpty() ? method + "(" : "") + token + ((cut.size() == arguments.size() - 1) ? ")" : ","));
		}
		return List.of(separate, cut.isEmpty() ? List.of(method + "()") : cut);
	}

}
