/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the declarations of a method in the types of a class: itself, and all methods
 * that it overrides or implements, also where another method in between overrides them,
 * or where a class inherits the method from one that does not implement the interface.
 */
public final class MethodDeclarations {

	private MethodDeclarations() {
	}

	/**
	 * Return the declarations of a method. Two methods are one if they have the same name
	 * and, resolved in the class, the same types of parameters, or, as with a lambda
	 * expression and a proxy, if one is declared by the erasure of the other.
	 * @param method the method
	 * @param targetClass the class of the target
	 * @return the declarations, of which the method is the first
	 */
	public static Stream<Method> of(Method method, Class<?> targetClass) {
		if (isOwn(method)) {
			return Stream.of(method);
		}
		List<Method> all = Stream
			.concat(Stream.of(method), alike(method, targetClass).filter((candidate) -> !isOwn(candidate)))
			.distinct()
			.toList();
		Set<List<Class<?>>> ofKotlin = all.stream()
			.filter((one) -> KotlinDetector.isKotlinType(one.getDeclaringClass()))
			.map((one) -> List.of(one.getParameterTypes()))
			.collect(Collectors.toSet());
		Set<List<Class<?>>> parameterTypes = all.stream()
			.filter((one) -> Arrays.equals(one.getParameterTypes(), method.getParameterTypes()))
			.map((one) -> parameterTypes(one, targetClass))
			.collect(Collectors.toSet());
		return all.stream()
			.filter((one) -> parameterTypes.contains(parameterTypes(one, targetClass)) && isSame(method, one, ofKotlin)
					&& isSame(one, method, ofKotlin));
	}

	/**
	 * Return whether Spring may take a method for an overload that takes a primitive type
	 * in place of its object, or the other way round. It looks for the method of a bridge
	 * by such types, and takes the one that reflection returns first, also a private or
	 * static one of the same class.
	 */
	static boolean isMistakable(Method method, Class<?> targetClass) {
		List<Method> declarations = of(method, targetClass).toList();
		List<Class<?>> parameterTypes = parameterTypes(method, targetClass);
		List<Method> others = alike(method, targetClass).toList();
		List<Method> written = others.stream()
			.filter((other) -> !other.isBridge() && parameterTypes(other, targetClass).equals(parameterTypes))
			.toList();
		return others.stream()
			.filter(Method::isBridge)
			.map(BridgeMethodResolver::findBridgedMethod)
			.filter(written::contains)
			.anyMatch((bridged) -> written.stream()
				.anyMatch((other) -> declarations.contains(other) != declarations.contains(bridged)
						&& (isOwn(other) || isOwn(bridged) ? bridged.getDeclaringClass() == other.getDeclaringClass()
								: bridged.getDeclaringClass().isAssignableFrom(other.getDeclaringClass()))));
	}

	/**
	 * Return the methods of a class with the name of a method and as many parameters.
	 */
	private static Stream<Method> alike(Method method, Class<?> targetClass) {
		return LibraryTypes.hierarchy(targetClass)
			.filter((type) -> type != Object.class)
			.flatMap((type) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(type))
				.filter((candidate) -> candidate.getDeclaringClass() == type && isAlike(candidate, method)));
	}

	/**
	 * Return whether a method with primitive parameters can be the same as one with
	 * objects in their place. In Java, it is an overload.
	 */
	private static boolean isSame(Method method, Method other, Set<List<Class<?>>> ofKotlin) {
		Class<?>[] types = method.getParameterTypes();
		Class<?>[] others = other.getParameterTypes();
		return ofKotlin.contains(List.of(types)) || IntStream.range(0, types.length)
			.noneMatch((i) -> types[i].isPrimitive() && !others[i].isPrimitive());
	}

	/**
	 * Return whether a type itself declares a method.
	 * @param method the method
	 * @param type the type
	 * @param targetClass the class of the target
	 */
	public static boolean isDeclared(Method method, Class<?> type, Class<?> targetClass) {
		return of(method, targetClass).anyMatch((declaration) -> declaration.getDeclaringClass() == type);
	}

	private static boolean isAlike(Method candidate, Method method) {
		return candidate.getName().equals(method.getName())
				&& candidate.getParameterCount() == method.getParameterCount();
	}

	/**
	 * Return whether a method overrides none.
	 */
	private static boolean isOwn(Method method) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) != 0;
	}

	/**
	 * Return the types of the parameters, resolved in the class. Primitive types are
	 * those of their objects, since Kotlin implements a method for {@code Integer} by one
	 * for {@code int}.
	 * @param method the method
	 * @param targetClass the class of the target
	 * @return the types
	 */
	public static List<Class<?>> parameterTypes(Method method, Class<?> targetClass) {
		return IntStream.range(0, method.getParameterCount())
			.<Class<?>>mapToObj((index) -> ClassUtils
				.resolvePrimitiveIfNecessary(ResolvableType.forMethodParameter(method, index, targetClass).toClass()))
			.toList();
	}

}
