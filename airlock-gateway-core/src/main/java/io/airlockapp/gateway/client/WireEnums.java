/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

/**
 * Parses enum constants such as {@code pendingApproval}, for which the gateway uses
 * several spellings.
 */
final class WireEnums {

	private WireEnums() {
	}

	static <E extends Enum<E>> E find(Class<E> type, String text, E unknown) {
		for (E candidate : type.getEnumConstants()) {
			if (candidate.name().replace("_", "").equalsIgnoreCase(text)) {
				return candidate;
			}
		}
		return unknown;
	}

}
