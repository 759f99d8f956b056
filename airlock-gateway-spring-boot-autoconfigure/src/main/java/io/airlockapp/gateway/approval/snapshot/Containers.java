package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.PriorityBlockingQueue;

import org.jspecify.annotations.Nullable;

/**
 * Classifies the collections and maps of Java.
 */
final class Containers {

	private static final List<Class<?>> KINDS = List.of(List.class, Set.class, Deque.class, Queue.class,
			Collection.class, Map.class, Map.Entry.class);

	/**
	 * The classes that find elements and keys by {@code equals}, which for values of Java
	 * is that of their texts. A view, such as an unmodifiable one, is none of them, since
	 * what it finds depends on the container behind it, which cannot be seen.
	 */
	private static final Set<Class<?>> EXACT = Set.of(ArrayList.class, LinkedList.class, ArrayDeque.class,
			HashSet.class, LinkedHashSet.class, HashMap.class, LinkedHashMap.class, List.of().getClass(),
			List.of(1).getClass(), Set.of().getClass(), Set.of(1).getClass(), Map.of().getClass(),
			Map.of(1, 1).getClass(), Arrays.asList(1).getClass(), Collections.emptyList().getClass(),
			Collections.emptySet().getClass(), Collections.emptyMap().getClass(),
			Collections.singletonList(1).getClass(), Collections.singleton(1).getClass(),
			Collections.singletonMap(1, 1).getClass());

	/**
	 * Classes of libraries whose state is their elements.
	 */
	private static final Set<String> OF_LIBRARIES = Set.of("kotlin.collections.EmptyList",
			"kotlin.collections.EmptyMap", "kotlin.collections.EmptySet",
			"org.springframework.util.LinkedCaseInsensitiveMap", "org.springframework.util.LinkedMultiValueMap");

	private static final String IMMUTABLE = "java.util.ImmutableCollections$";

	/**
	 * The comparators of Java without state of their own.
	 */
	private static final Set<Object> COMPARATORS = Set.of(Comparator.naturalOrder(), Comparator.reverseOrder(),
			String.CASE_INSENSITIVE_ORDER);

	private Containers() {
	}

	/**
	 * Return the interface that represents a class of containers.
	 * @param type the class
	 * @return the most specific one, or {@code null} if the class is none of them
	 */
	static @Nullable Class<?> kind(Class<?> type) {
		for (Class<?> kind : KINDS) {
			if (kind.isAssignableFrom(type)) {
				return kind;
			}
		}
		return null;
	}

	/**
	 * Return the content of an {@link Optional}, or of that of a primitive type.
	 * @param value the value
	 * @return none or one element, or {@code null} if the value is no such object
	 */
	static @Nullable List<?> optional(Object value) {
		if (value instanceof OptionalInt number) {
			return number.stream().boxed().toList();
		}
		if (value instanceof OptionalLong number) {
			return number.stream().boxed().toList();
		}
		if (value instanceof OptionalDouble number) {
			return number.stream().boxed().toList();
		}
		return (value instanceof Optional<?> optional) ? optional.stream().toList() : null;
	}

	/**
	 * Return whether the elements are the complete state of a container of a library.
	 * @param type the class
	 */
	static boolean isPlain(Class<?> type) {
		return OF_LIBRARIES.contains(type.getName()) || PersistentValues.isCollection(type);
	}

	/**
	 * Return whether a container finds its elements or keys by their equality, and not by
	 * a comparator or by other elements.
	 * @param container the container
	 */
	static boolean isExact(Object container) {
		return EXACT.contains(container.getClass())
				|| ((container.getClass() == TreeMap.class || container.getClass() == TreeSet.class)
						&& comparator(container) == null);
	}

	/**
	 * Return whether a container has the same order in each process that fills it with
	 * the same elements.
	 * @param container the container
	 */
	static boolean isOrdered(Object container) {
		if (container instanceof SortedMap || container instanceof LinkedHashMap || container instanceof EnumMap
				|| container instanceof SortedSet || container instanceof LinkedHashSet
				|| container instanceof EnumSet) {
			return true;
		}
		if (container instanceof Map<?, ?> map) {
			return map.size() <= 1 || isOrderedByHash(map, map.keySet());
		}
		return !(container instanceof Set<?> set) || set.size() <= 1 || isOrderedByHash(set, set);
	}

	/**
	 * Return whether the order depends only on hashes, which are those of the values.
	 * Immutable collections have an order that is random for each process, and enum
	 * constants such a hash.
	 */
	private static boolean isOrderedByHash(Object container, Set<?> keys) {
		return !container.getClass().getName().startsWith(IMMUTABLE) && keys.stream()
			.allMatch((key) -> key == null || (key instanceof Comparable && LibraryTypes.isOfJava(key.getClass())
					&& !(key instanceof Enum || key instanceof Appendable)));
	}

	/**
	 * Return the name of a kind of containers, to which a comparator belongs, as does a
	 * class that finds its keys in its own way.
	 * @param kind the interface that represents the class of the container
	 * @param container the container
	 */
	static String name(Class<?> kind, Object container) {
		if (container.getClass().getName().startsWith("org.springframework.")) {
			return container.getClass().getName();
		}
		Object comparator = comparator(container);
		return (comparator != null) ? "%s by %s".formatted(kind.getName(), comparator.getClass().getName())
				: kind.getName();
	}

	private static @Nullable Object comparator(Object container) {
		if (container instanceof SortedMap<?, ?> map) {
			return map.comparator();
		}
		return (container instanceof SortedSet<?> set) ? set.comparator() : null;
	}

	/**
	 * Find the reason why the elements of a container are not its complete state.
	 * @param container the container
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String findObstacle(Object container) {
		if (container instanceof Properties) {
			return "Properties can have defaults that are not among their entries. Copy them into a Map";
		}
		Object comparator = comparator(container);
		if (comparator != null && !COMPARATORS.contains(comparator)) {
			return "a %s has a comparator of its own. Copy it into a List or a LinkedHashMap"
				.formatted(container.getClass().getName());
		}
		if (container instanceof PriorityQueue || container instanceof PriorityBlockingQueue
				|| container instanceof DelayQueue) {
			return "a %s is read in another order than that of its priorities. Copy it into a List"
				.formatted(container.getClass().getName());
		}
		return (container instanceof IdentityHashMap || container instanceof WeakHashMap)
				? "a %s does not compare its keys, or loses them. Copy it into another Map"
					.formatted(container.getClass().getName())
				: null;
	}

}
