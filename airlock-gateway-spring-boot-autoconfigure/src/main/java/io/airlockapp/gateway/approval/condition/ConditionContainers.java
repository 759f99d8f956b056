package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads collections, maps and arrays in a condition. What they don't have is no
 * {@code null} here, and a number is found among others of another type.
 */
final class ConditionContainers {

	private ConditionContainers() {
	}

	/**
	 * Return an element.
	 * @param container a map, list or array
	 * @param index the key or index
	 * @return the element, which may be {@code null} if the container says so
	 * @throws UnclearConditionException if it has none
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
			// Not whole, or beyond every list
		}
		throw new UnclearConditionException("a list or array has no such index");
	}

	/**
	 * Call a method of a collection or map.
	 * @param container the collection or map
	 * @param method the name of one of the methods whose result is clear
	 * @param arguments its arguments
	 * @return the result
	 * @throws UnclearConditionException if the result isn't clear
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
	 * Return whether a value is among others, each of which can be compared with it.
	 */
	static boolean contains(Collection<?> values, @Nullable Object value) {
		boolean found = false;
		for (Object candidate : values) {
			found |= ConditionValues.isEqual(candidate, value);
		}
		if (values.isEmpty()) {
			// Compared with nothing, it would go unnoticed
			ConditionValues.isEqual(value, value);
		}
		return found;
	}

}
