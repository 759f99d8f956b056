/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.snapshot.AsynchronousTypes;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import io.airlockapp.gateway.approval.snapshot.UnreadableTypes;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Finds the reason why the calls of a method cannot be recorded and rebuilt because of
 * its parameters or its return type. The types of parameters are inspected with their
 * type arguments, where a bound stands for a wildcard or a variable; members are
 * inspected by {@link ArgumentRecorder#findObstacle}.
 */
final class DurableSignatureChecks {

	private static final String UNIT = "kotlin.Unit";

	private static final List<String> ENTITIES = List.of("jakarta.persistence.Entity",
			"jakarta.persistence.MappedSuperclass");

	/**
	 * The packages of types that belong to a request or its caller.
	 */
	private static final List<String> REQUESTS = List.of("jakarta.servlet.", "javax.servlet.", "javax.security.",
			"java.security.", "org.springframework.web.", "org.springframework.http.", "org.springframework.security.");

	/**
	 * The collections that are rebuilt in the order in which they were written.
	 */
	private static final Set<Class<?>> COLLECTIONS = Set.of(Collection.class, List.class, Set.class, Map.class,
			SortedSet.class, NavigableSet.class, SortedMap.class, NavigableMap.class, ArrayList.class, LinkedList.class,
			ArrayDeque.class, LinkedHashSet.class, TreeSet.class, EnumSet.class, LinkedHashMap.class, TreeMap.class,
			EnumMap.class);

	/**
	 * Abstract types of Java of which Jackson reads the values.
	 */
	private static final Set<Class<?>> VALUES = Set.of(ZoneId.class);

	private DurableSignatureChecks() {
	}

	/**
	 * Find the reason why calls of a method cannot be recorded.
	 * @param method the method
	 * @param targetClass the class of the called object
	 * @return the reason, or {@code null} if there is none
	 */
	public static @Nullable String find(Method method, Class<?> targetClass) {
		Class<?> returned = GenericTypeResolver.resolveReturnType(method, targetClass);
		if (returned != void.class && !returned.getName().equals(UNIT)) {
			return "it returns a %s, but a durable call returns before it runs; return nothing"
				.formatted(returned.getName());
		}
		if (AsynchronousTypes.isInAnotherThread(method, targetClass)) {
			return "it is @Async, so that nobody would know whether it ran; remove it, because a durable call runs in another thread anyway";
		}
		Type[] types = parameterTypes(method, targetClass);
		for (Argument parameter : MethodArguments.parameters(targetClass, method)) {
			String obstacle = parameter.omitted() ? "is left out by @AirlockOmitted, so it cannot be rebuilt; inject it"
					: find(types[parameter.index()]);
			if (obstacle != null) {
				return "its parameter '%s' %s".formatted(parameter.name(), obstacle);
			}
		}
		return null;
	}

	/**
	 * Return the types of the parameters of a method, with the type variables of the
	 * target resolved.
	 */
	static Type[] parameterTypes(Method method, Class<?> targetClass) {
		return Arrays.stream(method.getGenericParameterTypes())
			.map((type) -> GenericTypeResolver.resolveType(type, targetClass))
			.toArray(Type[]::new);
	}

	/**
	 * Find the reason why values of a type cannot be rebuilt.
	 * @param type the type
	 * @return the rest of a sentence, or {@code null} if there is none
	 */
	static @Nullable String find(Type type) {
		if (type instanceof TypeVariable<?> variable) {
			return "is of type %s, which the class does not resolve; declare a class".formatted(variable);
		}
		if (type instanceof WildcardType wildcard) {
			Type bound = wildcard.getUpperBounds()[0];
			return (bound == Object.class) ? "has a wildcard without a bound; declare a class" : find(bound);
		}
		if (type instanceof GenericArrayType array) {
			return find(array.getGenericComponentType());
		}
		if (type instanceof ParameterizedType parameterized) {
			return Stream.concat(Stream.ofNullable(findInClass((Class<?>) parameterized.getRawType())),
					Stream.of(parameterized.getActualTypeArguments())
						.map(DurableSignatureChecks::find)
						.filter(Objects::nonNull))
				.findFirst()
				.orElse(null);
		}
		Class<?> raw = (Class<?>) type;
		if (raw.isArray()) {
			return find(raw.getComponentType());
		}
		return (raw.getTypeParameters().length > 0)
				? "has a %s without type arguments; declare them".formatted(raw.getName()) : findInClass(raw);
	}

	/**
	 * Find the reason why values of a class cannot be rebuilt, apart from its type
	 * arguments.
	 */
	static @Nullable String findInClass(Class<?> type) {
		String name = type.getName();
		if (type == Object.class) {
			return "has an Object, whose class is not known when it is rebuilt; declare a class";
		}
		if (COLLECTIONS.contains(type) || VALUES.contains(type) || type.isPrimitive() || type.isEnum()) {
			return null;
		}
		if (LibraryTypes.isOfJava(type)
				&& (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))) {
			return "has a %s, which has no order of its own, or is not rebuilt; declare a List, Set or Map"
				.formatted(name);
		}
		if (isMarked(type, ENTITIES)) {
			return "has an entity (%s), which would be another one when the call runs; pass its id".formatted(name);
		}
		if (LibraryTypes.hierarchy(type)
			.anyMatch((parent) -> REQUESTS.stream().anyMatch(parent.getName()::startsWith))) {
			return "has a %s, which belongs to a request or its caller, and is gone when the call runs; pass plain data"
				.formatted(name);
		}
		if (UnreadableTypes.find(type) != null) {
			return "has a %s, which is not data; pass plain data".formatted(name);
		}
		if (type.isAnnotationPresent(FunctionalInterface.class)) {
			return "has a %s, which is code and not data; pass plain data".formatted(name);
		}
		boolean concrete = !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
		return (concrete || isMarked(type, List.of(JsonTypeInfo.class.getName()))) ? null
				: "has a %s, which does not determine the class to rebuild; declare %s".formatted(name,
						LibraryTypes.contain(type) ? "a class" : "the class, or annotate it with @JsonTypeInfo");
	}

	private static boolean isMarked(Class<?> type, List<String> annotations) {
		return LibraryTypes.hierarchy(type)
			.anyMatch((parent) -> annotations.stream()
				.anyMatch((annotation) -> AnnotatedElementUtils.isAnnotated(parent, annotation)));
	}

}
