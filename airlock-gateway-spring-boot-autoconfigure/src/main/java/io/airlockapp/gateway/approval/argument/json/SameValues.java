package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import org.jspecify.annotations.Nullable;

/**
 * Compares the value that a getter returns with the value of a field. The {@code equals}
 * methods of the application are not called, since they may compare only an id.
 */
final class SameValues {

	private SameValues() {
	}

	/**
	 * Return whether two values are the same: one object, equal values of Java, or
	 * containers of the same elements in the same order, such as copies and views.
	 * @param first the shown value
	 * @param second the value of the field; a container type of the application is not
	 * the same as any other value
	 */
	static boolean are(@Nullable Object first, @Nullable Object second) {
		if (first == second) {
			return true;
		}
		if (first instanceof Optional<?> optional) {
			return are(optional.orElse(null), second);
		}
		if (second instanceof Optional<?> optional) {
			return are(first, optional.orElse(null));
		}
		if (first == null || second == null || !LibraryTypes.contain(second.getClass())) {
			return false;
		}
		if (first instanceof Map.Entry<?, ?> entry && second instanceof Map.Entry<?, ?> other) {
			return are(entry.getKey(), other.getKey()) && are(entry.getValue(), other.getValue());
		}
		if (first instanceof Collection<?> collection && second instanceof Collection<?> other) {
			return collection.size() == other.size() && are(collection.iterator(), other.iterator());
		}
		if (first instanceof Map<?, ?> map && second instanceof Map<?, ?> other) {
			return map.size() == other.size() && are(map.keySet().iterator(), other.keySet().iterator())
					&& are(map.values().iterator(), other.values().iterator());
		}
		if (first.getClass().isArray() && first.getClass() == second.getClass()) {
			int length = Array.getLength(first);
			boolean same = length == Array.getLength(second);
			for (int i = 0; same && i < length; i++) {
				same = are(Array.get(first, i), Array.get(second, i));
			}
			return same;
		}
		return first.getClass() == second.getClass() && LibraryTypes.isOfJava(first.getClass()) && first.equals(second);
	}

	private static boolean are(Iterator<?> first, Iterator<?> second) {
		boolean same = true;
		while (same && first.hasNext() && second.hasNext()) {
			same = are(first.next(), second.next());
		}
		return same && first.hasNext() == second.hasNext();
	}

}
