package io.airlockapp.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for storing data that must survive a restart and that several
 * instances of an application share: pairings, and the tokens of a login. Each is one
 * small text under a name. It is replaced as a whole, and only by a writer that has read
 * the entry it replaces.
 * <p>
 * Implementations are safe for concurrent use, by threads and by processes. A write that
 * returned {@code true} survives a crash; a write that was cut short leaves the entry as
 * it was.
 */
public interface PairingStore {

	/**
	 * Read an entry.
	 * @param name the entry's name, of at most 64 lower-case letters, digits, dots and
	 * hyphens, with a letter or digit at either end
	 * @return the entry, or {@code null} if there is none
	 * @throws IllegalArgumentException if that is no name
	 * @throws PairingStoreException if it can't be read
	 */
	@Nullable Entry read(String name);

	/**
	 * Replace an entry, if it still is what was read.
	 * @param name the entry's name, as for {@link #read(String)}
	 * @param expected what was read before, or {@code null} if there was no entry
	 * @param text the new text, of at most 64 KB in UTF-8, or {@code null} to remove the
	 * entry
	 * @return {@code false} if somebody else was faster, so that nothing was changed
	 * @throws IllegalArgumentException if that is no name
	 * @throws PairingStoreException if it can't be written, or it isn't known whether it
	 * was: the entry then is as it was or has the new text, which reading it again tells
	 */
	boolean write(String name, @Nullable Entry expected, @Nullable String text);

	/**
	 * Return whether every write fails, since the entries are kept by somebody else.
	 * @return {@code true} if entries can only be read
	 */
	default boolean isReadOnly() {
		return false;
	}

	/**
	 * Entry as it was read. The text form doesn't show its text.
	 *
	 * @param text the text
	 * @param version the version, which differs from that of every other text that was or
	 * will be written under the same name
	 */
	record Entry(String text, String version) {

		@Override
		public String toString() {
			return "Entry[version=%s]".formatted(this.version);
		}

	}

}
