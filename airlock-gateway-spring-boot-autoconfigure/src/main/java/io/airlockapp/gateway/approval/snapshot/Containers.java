/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
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
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.LinkedCaseInsensitiveMap;

/**
 * Classifies the collections and maps of Java.
 */
public final class Containers {

	private static final List<Class<?>> KINDS = List.of(List.class, Set.class, Deque.class, Queue.class,
			Collection.class, Map.class, Map.Entry.class);

	/**
	 * The classes that find elements and keys by {@code equals}, which for values of Java
	 * is that of their texts. A view, such as an unmodifiable one, is none of them, since
	 * what it finds depends on the container behind it, which cannot be seen. Nor is a
	 * tree, which is deserialized with its keys in any order, also if one is repeated.
	 */
	private static final Set<Class<?>> EXACT = Set.of(ArrayList.class, LinkedList.class, ArrayDeque.class,
			HashSet.class, LinkedHashSet.class, HashMap.class, LinkedHashMap.class, EnumMap.class, List.of().getClass(),
			List.of(1).getClass(), Set.of().getClass(), Set.of(1).getClass(), Map.of().getClass(),
			Map.of(1, 1).getClass(), Arrays.asList(1).getClass(), Collections.emptyList().getClass(),
			Collections.emptySet().getClass(), Collections.emptyMap().getClass(),
			Collections.singletonList(1).getClass(), Collections.singleton(1).getClass(),
			Collections.singletonMap(1, 1).getClass());

	/**
	 * Classes of libraries whose state is their elements, or that are views, as those of
	 * Java.
	 */
	private static final Set<String> OF_LIBRARIES = Set.of("com.google.gson.internal.LinkedTreeMap",
			// The claims of a JWT of Spring Security
			"com.nimbusds.jose.shaded.gson.internal.LinkedTreeMap", "kotlin.collections.ArrayDeque",
			"kotlin.collections.EmptyList", "kotlin.collections.EmptyMap", "kotlin.collections.EmptySet",
			"kotlin.collections.builders.ListBuilder", "kotlin.collections.builders.MapBuilder",
			"kotlin.collections.builders.SetBuilder", "kotlin.enums.EnumEntriesList",
			"org.springframework.util.LinkedCaseInsensitiveMap", "org.springframework.util.LinkedMultiValueMap",
			"org.springframework.util.UnmodifiableMultiValueMap");

	/**
	 * The names of Guava's immutable collections, which keep views of themselves.
	 */
	private static final List<String> OF_GUAVA = Stream.of("Immutable", "Regular", "Singleton", "JdkBacked")
		.map("com.google.common.collect."::concat)
		.toList();

	/**
	 * Classes of Java with defaults, comparators, capacities or ways to compare keys that
	 * are not among their elements.
	 */
	private static final List<Class<?>> WITH_STATE = List.of(Properties.class, IdentityHashMap.class, WeakHashMap.class,
			PriorityQueue.class, BlockingQueue.class);

	/**
	 * Letters that Turkish and Lithuanian locales convert to others, so that a map finds
	 * other keys.
	 */
	private static final String LETTERS = "I\u00cc";

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
	 * Return the class that names a container: its kind, or itself if it is of Spring,
	 * since it then finds its keys in its own way.
	 */
	static Class<?> named(Class<?> type, Class<?> kind) {
		return type.getName().startsWith("org.springframework.") ? type : kind;
	}

	/**
	 * Return whether the elements are the complete state of a container of a library.
	 * @param type the class
	 * @return whether they are
	 */
	public static boolean isPlain(Class<?> type) {
		return OF_LIBRARIES.contains(type.getName()) || PersistentValues.isCollection(type)
				|| (kind(type) != null && OF_GUAVA.stream().anyMatch(type.getName()::startsWith));
	}

	/**
	 * Return whether a container finds its elements or keys by their equality, and not by
	 * other elements.
	 * @param container the container
	 */
	static boolean isExact(Object container) {
		return EXACT.contains(container.getClass());
	}

	/**
	 * Return whether a container has the same order in each process that fills it with
	 * the same elements.
	 * @param container the container
	 */
	static boolean isOrdered(Object container) {
		Set<?> keys = (container instanceof Map<?, ?> map) ? map.keySet()
				: (container instanceof Set<?> set) ? set : Set.of();
		return keys.size() <= 1 || Stream
			.of(SortedMap.class, LinkedHashMap.class, EnumMap.class, SortedSet.class, LinkedHashSet.class,
					EnumSet.class)
			.anyMatch((ordered) -> ordered.isInstance(container)) || isOrderedByHash(container, keys);
	}

	/**
	 * Return whether the order depends only on hashes, which are those of the values.
	 * Immutable collections have an order that is random for each process, and enum
	 * constants such a hash.
	 */
	private static boolean isOrderedByHash(Object container, Set<?> keys) {
		return !container.getClass().getName().startsWith("java.util.ImmutableCollections$") && keys.stream()
			.allMatch((key) -> key == null || (key instanceof Comparable && LibraryTypes.isOfJava(key.getClass())
					&& !(key instanceof Enum || key instanceof Appendable)));
	}

	/**
	 * Find the reason why the elements of a container are not its complete state.
	 * @param container the container
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String findObstacle(Object container) {
		boolean sorted = (container instanceof SortedMap<?, ?> map && map.comparator() != null)
				|| (container instanceof SortedSet<?> set && set.comparator() != null);
		boolean localized = container instanceof LinkedCaseInsensitiveMap<?> map
				&& !LETTERS.toLowerCase(map.getLocale()).equals(LETTERS.toLowerCase(Locale.ROOT));
		// Others of Java, such as those of JMX, have state besides their elements
		boolean known = !LibraryTypes.isOfJava(container.getClass())
				|| container.getClass().getName().startsWith("java.util.");
		return (sorted || localized || !known || WITH_STATE.stream().anyMatch((type) -> type.isInstance(container)))
				? "a %s has a comparator, defaults, a capacity, or a way of its own to compare its keys. Copy it into a List or a LinkedHashMap"
					.formatted(container.getClass().getName())
				: null;
	}

}
