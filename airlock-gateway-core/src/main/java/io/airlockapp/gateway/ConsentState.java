/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Enumeration of the reasons why the user's consent to this application is missing.
 */
public enum ConsentState {

	/**
	 * The user has not been asked for consent yet.
	 */
	REQUIRED,

	/**
	 * The user has been asked for consent and has not decided yet.
	 */
	PENDING,

	/**
	 * The user denied consent.
	 */
	DENIED;

	private static final String CODE_PREFIX = "app_consent_";

	/**
	 * Return whether an error code indicates missing consent.
	 */
	static boolean isCode(@Nullable String code) {
		return code != null && code.startsWith(CODE_PREFIX);
	}

	/**
	 * Return the state for an error code.
	 * @param code the code, such as {@code app_consent_pending}
	 * @return the state; {@link #REQUIRED} for unknown codes
	 */
	static ConsentState ofCode(@Nullable String code) {
		ConsentState state = (code != null && isCode(code)) ? ofWord(code.substring(CODE_PREFIX.length())) : null;
		return (state != null) ? state : REQUIRED;
	}

	/**
	 * Return the state for a word of the gateway, ignoring case.
	 * @param word the gateway's word
	 * @return the state, or {@code null} if the word does not indicate missing consent
	 */
	public static @Nullable ConsentState ofWord(@Nullable String word) {
		return Arrays.stream(values()).filter((state) -> state.word().equalsIgnoreCase(word)).findFirst().orElse(null);
	}

	/**
	 * Return the gateway's word for this state.
	 * @return the word in lower case
	 */
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

}
