package io.airlockapp.gateway.approval.snapshot;

/**
 * Limits the size of the arguments of one call while they are read.
 */
final class SizeLimit {

	private final long max;

	private long left;

	/**
	 * Create a limit.
	 * @param max the maximum size in bytes
	 */
	SizeLimit(long max) {
		this.max = max;
		this.left = max;
	}

	boolean isExceeded() {
		return this.left < 0;
	}

	/**
	 * Count a text.
	 * @throws IllegalStateException if the limit is exceeded
	 */
	void count(String text) {
		count(2);
		for (int i = 0; i < text.length() && this.left >= 0; i++) {
			char c = text.charAt(i);
			this.left -= (c < 0x80) ? 1 : (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
		}
		count(0);
	}

	/**
	 * Count a number of bytes.
	 * @throws IllegalStateException if the limit is exceeded
	 */
	void count(long bytes) {
		this.left -= bytes;
		if (isExceeded()) {
			throw new IllegalStateException("The arguments are larger than " + this.max + " bytes");
		}
	}

}
