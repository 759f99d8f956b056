package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

import io.airlockapp.gateway.harp.CanonicalJson;

/**
 * Holds the path to the value that is written, its depth, and the objects that enclose
 * it. After a failure, these remain those of the value that failed.
 */
final class Nesting {

	/**
	 * The maximum depth of an argument. The canonical form limits that of its JSON, and
	 * the argument itself is nested in others.
	 */
	private static final int MAX_DEPTH = CanonicalJson.MAX_DEPTH - 3;

	private final Deque<String> path = new ArrayDeque<>();

	private final List<Object> enclosing = new ArrayList<>();

	private int depth;

	/**
	 * Whether the path must not name what follows.
	 */
	private boolean secret;

	/**
	 * Return the path, which contains names of fields and indexes, and no data.
	 */
	String path() {
		return String.join("", this.path);
	}

	/**
	 * Write a part.
	 * @param segment the segment of the path
	 * @param part writes the part
	 * @return the result
	 */
	<T> T in(String segment, Supplier<T> part) {
		this.path.addLast(this.secret ? "" : segment);
		T written = part.get();
		this.path.removeLast();
		return written;
	}

	/**
	 * Write a value whose parts must not be named.
	 */
	<T> T secret(Supplier<T> value) {
		boolean outer = this.secret;
		this.secret = true;
		T written = value.get();
		this.secret = outer;
		return written;
	}

	/**
	 * Write the parts of an object.
	 */
	<T> T enclosedBy(Object object, Supplier<T> parts) {
		this.enclosing.add(object);
		T written = deeper(1, parts);
		this.enclosing.remove(this.enclosing.size() - 1);
		return written;
	}

	/**
	 * Write a value whose JSON has additional levels.
	 */
	<T> T deeper(int levels, Supplier<T> value) {
		this.depth += levels;
		if (this.depth > MAX_DEPTH) {
			throw new UnreadableValueException(
					"it is nested deeper than %s levels. Pass less, or pass an id".formatted(MAX_DEPTH));
		}
		T written = value.get();
		this.depth -= levels;
		return written;
	}

	/**
	 * Return by how many levels an object encloses what is written now.
	 * @return the number of levels, or -1 if it does not
	 */
	int distance(Object object) {
		for (int i = this.enclosing.size() - 1; i >= 0; i--) {
			if (this.enclosing.get(i) == object) {
				return this.enclosing.size() - i;
			}
		}
		return -1;
	}

}
