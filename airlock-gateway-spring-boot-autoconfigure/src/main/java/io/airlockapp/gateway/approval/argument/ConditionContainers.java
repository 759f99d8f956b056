package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads collections, maps and arrays in a condition. A missing element is an error and
 * not {@code null}, and numbers are found regardless of their type.
 */
final class ConditionContainers {

	private ConditionContainers() {
	}

	/**
	 * Return an element.
	 * @param container a map, list or array
	 * @param index the key or index
	 * @return the element, which is {@code null} only if the container contains {@code
	 * null}
	 * @throws UnclearConditionException if there is no such element
	 */
	static @Nullable Object element(@Nullable Object container, @Nullable Object index) {
		if (container instanceof Map<?, ?> map) {
			if (index == null || !map.containsKey(index)) {
				throw new UnclearConditionException("a map has no such key");
			}
			return map.get(index);
		}
		if (container instanceof List<?> list) {
			return list.get(position(index, list.size()));
		}
		if (container != null && container.getClass().isArray()) {
			return Array.get(container, position(index, Array.getLength(container)));
		}
		throw new UnclearConditionException("what is read by an index is no map, list or array");
	}

	private static int position(@Nullable Object index, int size) {
		try {
			int position = ExactNumber.of(index).exact().intValueExact();
			if (position >= 0 && position < size) {
				return position;
			}
		}
		catch (ArithmeticException ex) {
			// Not a whole number, or out of range
		}
		throw new UnclearConditionException("a list or array has no such index");
	}

	/**
	 * Call a method of a collection or map.
	 * @param method the name of a method whose result is clear
	 * @throws UnclearConditionException if the result is not clear
	 */
	static Object call(Object container, String method, @Nullable Object[] arguments) {
		Collection<?> values = (container instanceof Map<?, ?> map) ? map.keySet() : (Collection<?>) container;
		String contains = (container instanceof Map<?, ?>) ? "containsKey" : "contains";
		if (method.equals(contains) && arguments.length == 1) {
			return contains(values, arguments[0]);
		}
		if (method.equals("size") && arguments.length == 0) {
			return values.size();
		}
		if (method.equals("isEmpty") && arguments.length == 0) {
			return values.isEmpty();
		}
		throw new UnclearConditionException(
				"of a %s, a condition reads elements by [...], size(), isEmpty() and %s(...) only"
					.formatted((container instanceof Map<?, ?>) ? "map" : "collection", contains));
	}

	/**
	 * Return whether a collection contains a value. All its elements must be comparable
	 * with the value.
	 */
	static boolean contains(Collection<?> values, @Nullable Object value) {
		boolean found = false;
		for (Object candidate : values) {
			found |= ConditionValues.isEqual(candidate, value);
		}
		if (values.isEmpty()) {
			// Without a comparison, an unclear value would go unnoticed
			ConditionValues.isEqual(value, value);
		}
		return found;
	}

}
