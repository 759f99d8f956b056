/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import java.util.regex.Pattern;

/**
 * Validates the names of entries uniformly for every {@link PairingStore}.
 */
public final class EntryValidator {

	private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?");

	private EntryValidator() {
	}

	/**
	 * Validate a name, which is then safe in the name of a file.
	 * @param name the entry's name
	 * @return the name
	 * @throws IllegalArgumentException if the name does not consist of 1 to 64 lower-case
	 * letters, digits, dots and hyphens, with a letter or digit at either end
	 */
	public static String requireName(String name) {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException("The name of an entry has 1 to 64 lower-case letters, digits, dots and "
					+ "hyphens, with a letter or digit at either end");
		}
		return name;
	}

}
