package io.airlockapp.gateway;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Enumeration of the reasons why the user's consent to this application is missing.
 */
public enum ConsentState {

	/**
	 * The user has not been asked yet.
	 */
	REQUIRED,

	/**
	 * The user has been asked and has not answered yet.
	 */
	PENDING,

	/**
	 * The user refused.
	 */
	DENIED;

	private static final String CODE_PREFIX = "app_consent_";

	/**
	 * Return whether an error code says that consent is missing.
	 * @param code the code
	 * @return whether it is one of consent
	 */
	static boolean isCode(@Nullable String code) {
		return code != null && code.startsWith(CODE_PREFIX);
	}

	/**
	 * Return what an error code says.
	 * @param code the code, such as {@code app_consent_pending}
	 * @return the state; {@link #REQUIRED} for codes that are not known
	 */
	static ConsentState ofCode(@Nullable String code) {
		ConsentState state = (code != null && isCode(code)) ? ofWord(code.substring(CODE_PREFIX.length())) : null;
		return (state != null) ? state : REQUIRED;
	}

	/**
	 * Return what a word says, in whatever case.
	 * @param word the gateway's word
	 * @return the state, or {@code null} if the word is none of a missing consent
	 */
	public static @Nullable ConsentState ofWord(@Nullable String word) {
		for (ConsentState state : values()) {
			if (state.word().equalsIgnoreCase(word)) {
				return state;
			}
		}
		return null;
	}

	/**
	 * Return the word for it.
	 * @return the word in lower case
	 */
	public String word() {
		return name().toLowerCase(Locale.ROOT);
	}

}
