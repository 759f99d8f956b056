/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.airlockapp.gateway.harp.CanonicalJson;

/**
 * Holds the progress of one reading of arguments: the path to what is read now, the
 * objects that enclose it, and the remaining size.
 */
final class Reading {

	/**
	 * The maximum depth of an argument. The canonical form limits that of its JSON, and
	 * the argument itself is nested in others.
	 */
	private static final int MAX_DEPTH = CanonicalJson.MAX_DEPTH - 3;

	private final List<String> path = new ArrayList<>();

	private final List<Object> enclosing = new ArrayList<>();

	private final long maxSize;

	private int depth;

	private long left;

	/**
	 * Whether the path must not name what follows.
	 */
	private boolean secret;

	/**
	 * Create a reading.
	 * @param maxSize the maximum size of all arguments in bytes
	 */
	Reading(long maxSize) {
		this.maxSize = maxSize;
		this.left = maxSize;
	}

	/**
	 * Begin to read an argument. Only the remaining size is that of the arguments before.
	 */
	void begin() {
		this.path.clear();
		this.enclosing.clear();
		this.depth = 0;
		this.secret = false;
	}

	/**
	 * Return the path, which contains names of fields and indexes, and no data.
	 */
	String path() {
		return String.join("", this.path);
	}

	/**
	 * Read a part.
	 * @param segment the segment of the path
	 * @param part reads the part
	 * @return the result
	 */
	<T> T in(String segment, Supplier<T> part) {
		this.path.add(this.secret ? "" : segment);
		T read = part.get();
		this.path.remove(this.path.size() - 1);
		return read;
	}

	/**
	 * Read a value whose parts must not be named.
	 */
	<T> T secret(Supplier<T> value) {
		boolean outer = this.secret;
		this.secret = true;
		T read = value.get();
		this.secret = outer;
		return read;
	}

	/**
	 * Read the parts of an object.
	 */
	<T> T enclosedBy(Object object, Supplier<T> parts) {
		this.enclosing.add(object);
		T read = deeper(1, parts);
		this.enclosing.remove(this.enclosing.size() - 1);
		return read;
	}

	/**
	 * Read a value whose JSON has additional levels.
	 */
	<T> T deeper(int levels, Supplier<T> value) {
		this.depth += levels;
		if (this.depth > MAX_DEPTH) {
			throw new UnreadableValueException(
					"it is nested deeper than %s levels. Pass less, or pass an id".formatted(MAX_DEPTH));
		}
		T read = value.get();
		this.depth -= levels;
		return read;
	}

	/**
	 * Return by how many levels an object encloses what is read now.
	 * @return the number of levels, or 0 if it does not
	 */
	int distance(Object object) {
		for (int i = this.enclosing.size() - 1; i >= 0; i--) {
			if (this.enclosing.get(i) == object) {
				return this.enclosing.size() - i;
			}
		}
		return 0;
	}

	/**
	 * Count a text, and require that it has a canonical form.
	 * @throws UnreadableValueException if the arguments are too large
	 */
	void count(String text) {
		count(2);
		int c;
		for (int i = 0; i < text.length() && this.left >= 0; i += Character.charCount(c)) {
			c = text.codePointAt(i);
			if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
				throw new UnreadableValueException("a text has half of a surrogate pair");
			}
			this.left -= (c < 0x80) ? 1 : (c < 0x800) ? 2 : (c < 0x10000) ? 3 : 4;
		}
		count(0);
	}

	/**
	 * Count a number of bytes.
	 * @throws UnreadableValueException if the arguments are too large
	 */
	void count(long bytes) {
		requireLeft(bytes);
		this.left -= bytes;
	}

	/**
	 * Require that a number of bytes is left, without counting them.
	 * @throws UnreadableValueException if the arguments are too large
	 */
	void requireLeft(long bytes) {
		if (bytes > this.left) {
			throw new UnreadableValueException(
					"the arguments are larger than %s bytes. Pass less, such as an id, or raise 'airlock.gateway.approval.max-size'"
						.formatted(this.maxSize));
		}
	}

}
