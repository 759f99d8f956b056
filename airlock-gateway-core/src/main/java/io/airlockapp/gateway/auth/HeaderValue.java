package io.airlockapp.gateway.auth;

import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Validates header values. A valid value can be sent without being changed or split.
 */
final class HeaderValue {

	private HeaderValue() {
	}

	static boolean isSendable(String value) {
		return VisibleAscii.matches(value, Integer.MAX_VALUE);
	}

	/**
	 * Refuse what can't be sent.
	 * @throws IllegalArgumentException if the value is empty or has white space, line
	 * breaks or characters outside ASCII; the message doesn't repeat it
	 */
	static void check(String name, @Nullable String value) {
		if (value != null && !isSendable(value)) {
			throw new IllegalArgumentException("The gateway's '%s' is empty, or it has white space, line breaks or "
				.formatted(name)
					+ "characters outside ASCII. Check how it was copied; a line break at the end of a file is a common "
					+ "cause");
		}
	}

}
