package io.airlockapp.gateway.approval;

import java.io.Closeable;
import java.util.Iterator;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Tells what is not the same each time that it is read.
 */
final class RepeatableValues {

	private static final String SEQUENCE = "kotlin.sequences.Sequence";

	private RepeatableValues() {
	}

	/**
	 * Refuse a value that can't be shown, and be compared later.
	 * @param value the value
	 * @throws IllegalArgumentException if it is of such a type; its value is not told
	 */
	static void require(@Nullable Object value) {
		if (value == null) {
			return;
		}
		Class<?> type = value.getClass();
		if (value instanceof BaseStream || value instanceof Iterator || value instanceof Closeable
				|| isSequence(type)) {
			throw new IllegalArgumentException("a %s can be read only once, or is no data".formatted(type.getName()));
		}
		if (AsynchronousTypes.isAsynchronous(type)) {
			throw new IllegalArgumentException("the value of a %s is not there yet".formatted(type.getName()));
		}
	}

	private static boolean isSequence(Class<?> type) {
		return ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((candidate) -> candidate.getName().equals(SEQUENCE));
	}

}
