package io.airlockapp.gateway.auth.device;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the login of a {@link DeviceLogin}, so that a restart and other instances of the
 * application need no other. It is one text, with tokens in it, that is replaced as a
 * whole, and only by who has seen what it replaces.
 * <p>
 * Implementations are safe for concurrent use, by threads and by processes. They throw an
 * {@link io.airlockapp.gateway.AirlockGatewayException} if the text can't be read or
 * written.
 */
public interface LoginStore {

	/**
	 * Read the text.
	 * @return the text, or {@code null} if there is none
	 */
	@Nullable Entry read();

	/**
	 * Replace the text, if it still is what was read.
	 * @param expected what was read before, or {@code null} if there was none
	 * @param text the new text, or {@code null} to remove it
	 * @return {@code false} if somebody else was faster, so that nothing was changed
	 */
	boolean write(@Nullable Entry expected, @Nullable String text);

	/**
	 * Return a store that forgets when the application stops.
	 * @return the store
	 */
	static LoginStore inMemory() {
		return new InMemoryLoginStore();
	}

	/**
	 * The text as it was read. Its text form doesn't show it.
	 *
	 * @param text the text
	 * @param version differs from that of every other text that was or will be written
	 */
	record Entry(String text, String version) {

		@Override
		public String toString() {
			return "Entry[version=%s]".formatted(this.version);
		}

	}

}
