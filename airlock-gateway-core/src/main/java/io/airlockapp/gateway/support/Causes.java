/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.util.ArrayList;
import java.util.List;

/**
 * Lists the causes of failures, which can be cyclic.
 */
public final class Causes {

	/**
	 * More than the nested beans of a large application have.
	 */
	private static final int MAX = 1000;

	private Causes() {
	}

	/**
	 * Return a failure and its causes.
	 * @param failure the failure
	 * @return the failure, its cause, the cause of that, and so on
	 */
	public static List<Throwable> of(Throwable failure) {
		List<Throwable> causes = new ArrayList<>();
		for (Throwable cause = failure; cause != null && causes.size() < MAX; cause = cause.getCause()) {
			causes.add(cause);
		}
		return causes;
	}

}
