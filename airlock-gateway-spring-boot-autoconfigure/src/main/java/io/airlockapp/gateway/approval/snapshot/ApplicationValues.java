package io.airlockapp.gateway.approval.snapshot;

import java.util.List;

import io.airlockapp.gateway.approval.ArgumentFormatter;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import org.jspecify.annotations.Nullable;

/**
 * Formats the objects that are values to the application.
 *
 * @param formatters the formatters of the application
 */
record ApplicationValues(List<ArgumentFormatter<?>> formatters) {

	static final ApplicationValues NONE = new ApplicationValues(List.of());

	ApplicationValues {
		formatters = List.copyOf(formatters);
		for (ArgumentFormatter<?> formatter : formatters) {
			if (LibraryTypes.isOfJava(formatter.getType())) {
				throw UnguardableMethodException.withRemedy(
						"The ArgumentFormatter %s is for %s, which is a type of Java"
							.formatted(formatter.getClass().getName(), formatter.getType().getName()),
						"Return the type whose objects are values, or remove the formatter.");
			}
		}
	}

	/**
	 * Return the text of a value.
	 * @param value an object
	 * @return the text, or {@code null} if no formatter is for its type
	 */
	@Nullable String format(Object value) {
		for (ArgumentFormatter<?> formatter : this.formatters) {
			if (formatter.getType().isInstance(value)) {
				return format(formatter, value);
			}
		}
		return null;
	}

	private static <T> String format(ArgumentFormatter<T> formatter, Object value) {
		String text = formatter.format(formatter.getType().cast(value));
		if (text == null) {
			throw new UnreadableValueException(
					"the ArgumentFormatter %s returns no text".formatted(formatter.getClass().getName()));
		}
		return text;
	}

}
