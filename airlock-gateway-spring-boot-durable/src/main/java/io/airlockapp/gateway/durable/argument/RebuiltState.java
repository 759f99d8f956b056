package io.airlockapp.gateway.durable.argument;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicReference;

import io.airlockapp.gateway.approval.argument.json.HiddenFields;
import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Compares a rebuilt value with its original, field by field: each object has the class
 * of the original, unless it is a collection of Java. The {@code equals} methods of the
 * application are not called, since they may compare only an id.
 */
final class RebuiltState {

	private final Map<Object, Object> counterparts = new IdentityHashMap<>();

	private RebuiltState() {
	}

	/**
	 * Find the first difference of a rebuilt value.
	 * @param name the name of the value
	 * @param original the original
	 * @param rebuilt the rebuilt value
	 * @return the difference without any part of the values, or {@code null} if there is
	 * none
	 * @throws RuntimeException if the state of the values can't be read
	 */
	static @Nullable String difference(String name, @Nullable Object original, @Nullable Object rebuilt) {
		return new RebuiltState().find(name, original, rebuilt);
	}

	private @Nullable String find(String path, @Nullable Object original, @Nullable Object rebuilt) {
		if (original == rebuilt) {
			return null;
		}
		if (original == null || rebuilt == null) {
			return at(path, (rebuilt == null) ? "a value would be lost" : "there would be a value where there is none");
		}
		if (this.counterparts.put(original, rebuilt) == rebuilt) {
			return null;
		}
		if (isContainer(original) && isContainer(rebuilt)) {
			return findInContainer(path, original, rebuilt);
		}
		if (original.getClass() != rebuilt.getClass()) {
			return at(path, "a %s would become a %s. Declare the class itself, or use @JsonTypeInfo"
				.formatted(original.getClass().getName(), rebuilt.getClass().getName()));
		}
		if (original.getClass().isArray()) {
			return findInArray(path, original, rebuilt);
		}
		if (original instanceof Optional<?> optional && rebuilt instanceof Optional<?> other) {
			return find(path, optional.orElse(null), other.orElse(null));
		}
		if (original instanceof AtomicReference<?> reference && rebuilt instanceof AtomicReference<?> other) {
			return find(path, reference.get(), other.get());
		}
		if (LibraryTypes.isOfJava(original.getClass()) || original instanceof Enum) {
			// A type of Java without an equality may have its state as text
			return (original.equals(rebuilt) || original.toString().equals(rebuilt.toString())) ? null
					: at(path, "a %s would have another value".formatted(original.getClass().getName()));
		}
		return findInFields(path, original, rebuilt);
	}

	private @Nullable String findInFields(String path, Object original, Object rebuilt) {
		for (Field field : HiddenFields.ofBean(original.getClass())) {
			ReflectionUtils.makeAccessible(field);
			String difference = find(path + "." + field.getName(), ReflectionUtils.getField(field, original),
					ReflectionUtils.getField(field, rebuilt));
			if (difference != null) {
				return difference;
			}
		}
		return null;
	}

	private @Nullable String findInArray(String path, Object original, Object rebuilt) {
		int length = Array.getLength(original);
		String difference = (length != Array.getLength(rebuilt)) ? at(path, "elements would be lost") : null;
		for (int i = 0; difference == null && i < length; i++) {
			difference = find(path + "[" + i + "]", Array.get(original, i), Array.get(rebuilt, i));
		}
		return difference;
	}

	private static boolean isContainer(Object value) {
		return (value instanceof Collection || value instanceof Map) && (LibraryTypes.isOfJava(value.getClass())
				|| value.getClass().getName().startsWith("kotlin.collections."));
	}

	private @Nullable String findInContainer(String path, Object original, Object rebuilt) {
		if (hasComparator(original)) {
			return at(path,
					"its comparator would be lost. Copy it into a collection that keeps the order of insertion");
		}
		if (original instanceof Map<?, ?> map && rebuilt instanceof Map<?, ?> other) {
			return findInMap(path, map, other);
		}
		boolean sameKind = (original instanceof List && rebuilt instanceof List)
				|| (original instanceof Set && rebuilt instanceof Set) || original.getClass() == rebuilt.getClass();
		if (!sameKind || !(original instanceof Collection<?> elements) || !(rebuilt instanceof Collection<?> others)) {
			return at(path, "a %s would become a %s. Declare it as a List, Set or Map"
				.formatted(original.getClass().getName(), rebuilt.getClass().getName()));
		}
		if (others.size() > 1 && others instanceof Set && !isOrdered(others)) {
			return at(path, "a set would be in another order in another process. Keep it in a LinkedHashSet or a List");
		}
		return findInSequence(path, elements, others);
	}

	private @Nullable String findInSequence(String path, Collection<?> original, Collection<?> rebuilt) {
		String difference = (original.size() != rebuilt.size()) ? at(path, "elements would be lost") : null;
		Iterator<?> elements = original.iterator();
		Iterator<?> others = rebuilt.iterator();
		for (int i = 0; difference == null && elements.hasNext() && others.hasNext(); i++) {
			difference = find(path + "[" + i + "]", elements.next(), others.next());
		}
		return difference;
	}

	private @Nullable String findInMap(String path, Map<?, ?> original, Map<?, ?> rebuilt) {
		String entry = path + "[…]";
		String difference = (original.size() != rebuilt.size()) ? at(path, "entries would be lost") : null;
		if (difference == null && (original instanceof LinkedHashMap || original instanceof SortedMap)) {
			difference = findInSequence(entry, original.keySet(), rebuilt.keySet());
		}
		for (Map.Entry<?, ?> member : original.entrySet()) {
			if (difference == null) {
				difference = rebuilt.containsKey(member.getKey())
						? find(entry, member.getValue(), rebuilt.get(member.getKey()))
						: at(entry, "a key would have another value or class");
			}
		}
		return difference;
	}

	private static boolean hasComparator(Object container) {
		return (container instanceof SortedSet<?> set && set.comparator() != null)
				|| (container instanceof SortedMap<?, ?> map && map.comparator() != null);
	}

	private static boolean isOrdered(Collection<?> set) {
		return set instanceof LinkedHashSet || set instanceof SortedSet || set instanceof EnumSet
				|| !LibraryTypes.isOfJava(set.getClass());
	}

	private static String at(String path, String reason) {
		return "at '" + path + "', " + reason;
	}

}
