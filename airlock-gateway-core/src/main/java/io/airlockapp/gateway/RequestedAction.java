package io.airlockapp.gateway;

import io.airlockapp.gateway.harp.Verdict;

/**
 * Button that the phone shows.
 *
 * @param id the button's id, unique within a request without regard to case
 * @param caption the text on the button
 * @param style the style of the button
 * @param verdict the verdict that pressing the button gives
 */
public record RequestedAction(String id, String caption, Style style, Verdict verdict) {

	public RequestedAction {
		if (id.isBlank() || caption.isBlank()) {
			throw new IllegalArgumentException("A requested action needs an 'id' and a 'caption' that are not blank");
		}
	}

	/**
	 * Style of a button, which sets its prominence.
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
