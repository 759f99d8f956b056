package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.NativeDetector;
import org.springframework.util.ClassUtils;

/**
 * Finds the methods by which a class reads the elements of the container of Java that it
 * extends in its own way. The elements themselves are in fields of Java, which cannot be
 * read, so such a method can hide some of them.
 */
final class ContainerOverrides {

	/**
	 * The methods that fill a container, or remove elements without returning them, and
	 * those of all objects. The list is closed, so that a method of a newer Java is none
	 * of them.
	 */
	private static final Set<String> ALLOWED = Set.of("add", "addAll", "addElement", "addFirst", "addLast", "clear",
			"clone", "ensureCapacity", "equals", "hashCode", "insertElementAt", "offer", "offerFirst", "offerLast",
			"push", "put", "putAll", "putFirst", "putIfAbsent", "putLast", "removeAll", "removeAllElements", "removeIf",
			"retainAll", "set", "setElementAt", "setSize", "toString", "trimToSize");

	/**
	 * The methods of Kotlin's containers that a bridge invokes by another name.
	 */
	private static final Map<String, String> OF_KOTLIN = Map.of("getEntries", "entrySet", "getKeys", "keySet",
			"getSize", "size", "getValues", "values", "removeAt", "remove");

	private ContainerOverrides() {
	}

	/**
	 * Find the reason why the elements that a class returns may not be all of those that
	 * it has.
	 * @param type the class
	 * @param parent its first superclass that is one of Java's
	 * @return the rest of a sentence that begins with the class, or {@code null} if there
	 * is none
	 */
	static @Nullable String findObstacle(Class<?> type, @Nullable Class<?> parent) {
		// The elements of an abstract container are in fields of its subclass
		if (parent == null || type == parent || Modifier.isAbstract(parent.getModifiers())
				|| !(Collection.class.isAssignableFrom(parent) || Map.class.isAssignableFrom(parent))) {
			return null;
		}
		if (NativeDetector.inNativeImage()) {
			return "extends %1$s, and what it overrides cannot be seen in a native image. Pass a %1$s"
				.formatted(parent.getName());
		}
		List<Method> declared = LibraryTypes.hierarchy(type)
			.filter((owner) -> !LibraryTypes.isOfJava(owner))
			.flatMap((owner) -> Arrays.stream(owner.getDeclaredMethods()))
			.filter((method) -> !Modifier.isStatic(method.getModifiers())
					&& !Modifier.isAbstract(method.getModifiers()))
			.toList();
		return Arrays.stream(parent.getMethods())
			.filter((method) -> !ALLOWED.contains(method.getName()) && isOverridden(method, declared))
			.map(Method::getName)
			.sorted()
			.findFirst()
			.map((name) -> "overrides %1$s() of %2$s, so it may hide elements. Pass a %2$s".formatted(name,
					parent.getName()))
			.orElse(null);
	}

	private static boolean isOverridden(Method method, List<Method> declared) {
		return declared.stream().anyMatch((candidate) -> overrides(candidate, method, declared));
	}

	private static boolean overrides(Method candidate, Method method, List<Method> declared) {
		if (OF_KOTLIN.getOrDefault(candidate.getName(), "").equals(method.getName())
				&& candidate.getParameterCount() == method.getParameterCount() && !candidate.isBridge()
				&& KotlinDetector.isKotlinType(candidate.getDeclaringClass())) {
			return true;
		}
		return candidate.getName().equals(method.getName())
				&& Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes())
				&& (!candidate.isBridge() || hasTarget(candidate, declared));
	}

	/**
	 * Return whether a bridge leads to a method of these. Otherwise it leads to the
	 * superclass, as those that Kotlin adds to all containers.
	 */
	private static boolean hasTarget(Method bridge, List<Method> declared) {
		return declared.stream()
			.anyMatch((method) -> !method.isBridge() && method.getName().equals(bridge.getName())
					&& accepts(bridge, method));
	}

	private static boolean accepts(Method bridge, Method method) {
		Class<?>[] types = method.getParameterTypes();
		return types.length == bridge.getParameterCount() && IntStream.range(0, types.length)
			.allMatch((index) -> ClassUtils.isAssignable(bridge.getParameterTypes()[index], types[index]));
	}

}
