/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import io.airlockapp.gateway.harp.Verdict;

import org.springframework.util.Assert;

/**
 * Button that the phone shows.
 *
 * @param id the button's id, unique within a request ignoring case
 * @param caption the button's text
 * @param style the button's style
 * @param verdict the verdict given by pressing the button
 */
public record RequestedAction(String id, String caption, Style style, Verdict verdict) {

	public RequestedAction {
		Assert.isTrue(!id.isBlank() && !caption.isBlank(),
				"A requested action needs an 'id' and a 'caption' that are not blank");
	}

	/**
	 * Style of a button, which sets its prominence.
	 */
	public enum Style {

		/**
		 * The expected action.
		 */
		PRIMARY,

		/**
		 * An alternative action.
		 */
		SECONDARY,

		/**
		 * An action that requires caution.
		 */
		DANGER

	}

}
