/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.store;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Strategy interface for storing data that must survive a restart and that is shared by
 * several instances of an application: pairings, and the tokens of a login. Each entry is
 * a small text with a name. It is replaced as a whole, and only by a writer that has read
 * the replaced entry.
 * <p>
 * Implementations are safe for concurrent use by threads and processes. A write that
 * returned {@code true} survives a crash; an interrupted write leaves the entry
 * unchanged.
 */
public interface PairingStore {

	/**
	 * Read an entry.
	 * @param name the entry's name, of at most 64 lower-case letters, digits, dots and
	 * hyphens, with a letter or digit at either end
	 * @return the entry, or {@code null} if there is none
	 * @throws IllegalArgumentException if the name is invalid
	 * @throws PairingStoreException if the entry cannot be read
	 */
	@Nullable Entry read(String name);

	/**
	 * Replace an entry if it was not modified since it was read.
	 * @param name the entry's name, as for {@link #read(String)}
	 * @param expected the entry that was read, or {@code null} if there was none
	 * @param text the new text, of at most 64 KB in UTF-8, or {@code null} to remove the
	 * entry
	 * @return {@code false} if the entry was modified concurrently; nothing is written
	 * @throws IllegalArgumentException if the name is invalid
	 * @throws PairingStoreException if the entry cannot be written, or the result of the
	 * write is not known. The entry then is unchanged or has the new text; read it again
	 * to determine which
	 */
	boolean write(String name, @Nullable Entry expected, @Nullable String text);

	/**
	 * Return whether entries cannot be written, since they are managed elsewhere.
	 * @return {@code true} if every write fails
	 */
	default boolean isReadOnly() {
		return false;
	}

	/**
	 * Validate a name, which is then safe in the name of a file.
	 * @param name the entry's name
	 * @return the name
	 * @throws IllegalArgumentException if the name does not consist of 1 to 64 lower-case
	 * letters, digits, dots and hyphens, with a letter or digit at either end
	 */
	static String requireName(String name) {
		Assert.isTrue(name.matches("[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?"),
				"The name of an entry has 1 to 64 lower-case letters, digits, dots and hyphens, with a letter or digit at either end");
		return name;
	}

	/**
	 * Entry as read from the store. The text form does not contain its text.
	 *
	 * @param text the text
	 * @param version the version, which is unique among all past and future texts of the
	 * same name
	 */
	record Entry(String text, String version) {

		@Override
		public String toString() {
			return "Entry[version=%s]".formatted(this.version);
		}

	}

}
