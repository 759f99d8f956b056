/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import org.jspecify.annotations.Nullable;

/**
 * Context of a thread.
 */
final class Tenant {

	private static final ThreadLocal<@Nullable String> current = new ThreadLocal<>();

	private Tenant() {
	}

	static @Nullable String current() {
		return current.get();
	}

	static void set(@Nullable String name) {
		if (name != null) {
			current.set(name);
		}
		else {
			current.remove();
		}
	}

}
