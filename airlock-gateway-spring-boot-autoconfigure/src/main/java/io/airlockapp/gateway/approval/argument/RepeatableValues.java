package io.airlockapp.gateway.approval.argument;

import java.io.Closeable;
import java.util.Iterator;
import java.util.stream.BaseStream;

import io.airlockapp.gateway.approval.argument.type.AsynchronousTypes;
import io.airlockapp.gateway.approval.argument.type.JavaTypes;
import org.jspecify.annotations.Nullable;

/**
 * Identifies types whose values are not the same each time that they are read.
 */
final class RepeatableValues {

	private static final String SEQUENCE = "kotlin.sequences.Sequence";

	private RepeatableValues() {
	}

	/**
	 * Return why values of a type can't be shown, and be compared later.
	 * @param type the type
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String obstacle(Class<?> type) {
		if (BaseStream.class.isAssignableFrom(type) || Iterator.class.isAssignableFrom(type)
				|| Closeable.class.isAssignableFrom(type) || isSequence(type)) {
			return "a %s can be read only once, or is no data".formatted(type.getName());
		}
		return AsynchronousTypes.isAsynchronous(type) ? "the value of a %s is not there yet".formatted(type.getName())
				: null;
	}

	private static boolean isSequence(Class<?> type) {
		return JavaTypes.hierarchy(type).anyMatch((candidate) -> candidate.getName().equals(SEQUENCE));
	}

}
