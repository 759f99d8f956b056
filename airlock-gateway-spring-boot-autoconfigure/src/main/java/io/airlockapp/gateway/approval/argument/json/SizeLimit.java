package io.airlockapp.gateway.approval.argument.json;

import java.io.Writer;

/**
 * Limits the size of the arguments of one call while they are written.
 */
public final class SizeLimit {

	private final long max;

	private long left;

	private boolean exceeded;

	/**
	 * Create a limit.
	 * @param max the maximum size in bytes
	 */
	public SizeLimit(long max) {
		this.max = max;
		this.left = max;
	}

	public boolean isExceeded() {
		return this.exceeded;
	}

	/**
	 * Return a writer that counts against this limit.
	 * @param text the target of the writer
	 * @return the writer, which throws an exception when the limit is exceeded
	 */
	Writer writer(StringBuilder text) {
		return new Writer() {

			@Override
			public void write(char[] buffer, int offset, int length) {
				count(buffer, offset, length);
				text.append(buffer, offset, length);
			}

			@Override
			public void flush() {
			}

			@Override
			public void close() {
			}

		};
	}

	private void count(char[] buffer, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			char c = buffer[i];
			this.left -= (c < 0x80) ? 1 : (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
		}
		if (this.left < 0) {
			this.exceeded = true;
			throw new IllegalStateException("The arguments are larger than " + this.max + " bytes");
		}
	}

}
