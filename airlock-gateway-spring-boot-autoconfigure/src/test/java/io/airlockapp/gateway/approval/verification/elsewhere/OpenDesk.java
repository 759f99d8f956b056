/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

import org.springframework.context.event.EventListener;

/**
 * A class without a guard, with a method that only its own package sees.
 */
public class OpenDesk {

	void count() {
		throw new IllegalStateException("Must not run");
	}

	/**
	 * A class without a guard, with a method that only its own package and Spring see.
	 */
	public static class Listening {

		@EventListener
		void refund(String order) {
			throw new IllegalStateException("Must not run");
		}

	}

}
