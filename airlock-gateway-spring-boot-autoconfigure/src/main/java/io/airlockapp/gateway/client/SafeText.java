package io.airlockapp.gateway.client;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Makes words of the gateway fit for a log: one line, not too long, and without anything
 * that looks like a token, in case the gateway repeats one of ours.
 */
final class SafeText {

	private static final int MAX_LENGTH = 200;

	private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029\\p{Cf}]+");

	private static final Pattern TOKEN = Pattern
		.compile("airpat_\\S+|(?<![A-Za-z0-9_+/=.~-])(?!req-|msg-)[A-Za-z0-9_+/=.~-]{24,}");

	private SafeText() {
	}

	static @Nullable String of(@Nullable String text) {
		if (text == null) {
			return null;
		}
		String start = (text.length() > 4 * MAX_LENGTH) ? text.substring(0, 4 * MAX_LENGTH) : text;
		String masked = TOKEN.matcher(CONTROL.matcher(start).replaceAll(" ")).replaceAll("***");
		return (masked.length() > MAX_LENGTH) ? masked.substring(0, MAX_LENGTH) + "…" : masked;
	}

}
