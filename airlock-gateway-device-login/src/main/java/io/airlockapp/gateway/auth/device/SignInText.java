package io.airlockapp.gateway.auth.device;

import java.util.regex.Pattern;

import io.airlockapp.gateway.support.VisibleAscii;
import org.jspecify.annotations.Nullable;

/**
 * Sanitizes texts of an identity provider that are shown to people.
 */
final class SignInText {

	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

	private static final int MAX_LENGTH = 100;

	private SignInText() {
	}

	static String code(String code) {
		if (!VisibleAscii.matches(code, 64)) {
			throw ProviderException.unfit("The identity provider's code is none that a person could enter");
		}
		return code;
	}

	static @Nullable String name(@Nullable String name) {
		if (name == null || name.isBlank()) {
			return null;
		}
		String line = UNPRINTABLE.matcher(name).replaceAll(" ");
		return (line.length() <= MAX_LENGTH) ? line : line.substring(0, MAX_LENGTH);
	}

}
