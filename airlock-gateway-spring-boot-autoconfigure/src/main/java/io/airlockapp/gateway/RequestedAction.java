package io.airlockapp.gateway;

import io.airlockapp.gateway.harp.Verdict;

/**
 * A button that the phone shows.
 *
 * @param id the button's id, unique within a request without regard to case
 * @param caption what the button says
 * @param style how prominent it is
 * @param verdict what pressing it decides
 */
public record RequestedAction(String id, String caption, Style style, Verdict verdict) {

	public RequestedAction {
		if (id.isBlank() || caption.isBlank()) {
			throw new IllegalArgumentException("A requested action needs an 'id' and a 'caption' that are not blank");
		}
	}

	/**
	 * How prominent a button is.
	 */
	public enum Style {

		/**
		 * The action that is expected.
		 */
		PRIMARY,

		/**
		 * Another action.
		 */
		SECONDARY,

		/**
		 * An action to be careful with.
		 */
		DANGER

	}

}
