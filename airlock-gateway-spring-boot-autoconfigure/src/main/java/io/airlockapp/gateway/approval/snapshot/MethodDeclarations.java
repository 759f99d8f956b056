/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.core.ResolvableType;
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
	 * and, resolved in the class, the same types of parameters.
	 * @param method the method
	 * @param targetClass the class of the target
	 * @return the declarations, of which the method is the first
	 */
	public static Stream<Method> of(Method method, Class<?> targetClass) {
		Stream<Method> others = LibraryTypes.hierarchy(targetClass)
			.flatMap((type) -> declaredBy(type, method, targetClass));
		return Stream.concat(Stream.of(method), others).distinct();
	}

	/**
	 * Return whether a type itself declares a method.
	 * @param method the method
	 * @param type the type
	 * @param targetClass the class of the target
	 */
	public static boolean isDeclared(Method method, Class<?> type, Class<?> targetClass) {
		return declaredBy(type, method, targetClass).findAny().isPresent();
	}

	private static Stream<Method> declaredBy(Class<?> type, Method method, Class<?> targetClass) {
		if (type == Object.class) {
			return Stream.empty();
		}
		return Arrays.stream(ReflectionUtils.getDeclaredMethods(type))
			.filter((candidate) -> candidate.getName().equals(method.getName())
					&& candidate.getParameterCount() == method.getParameterCount()
					&& candidate.getDeclaringClass() == type && isInherited(candidate)
					&& haveSameParameters(candidate, method, targetClass));
	}

	private static boolean isInherited(Method candidate) {
		return !Modifier.isStatic(candidate.getModifiers()) && !Modifier.isPrivate(candidate.getModifiers());
	}

	private static boolean haveSameParameters(Method one, Method other, Class<?> targetClass) {
		return IntStream.range(0, one.getParameterCount())
			.allMatch((index) -> parameterType(one, index, targetClass) == parameterType(other, index, targetClass));
	}

	private static Class<?> parameterType(Method method, int index, Class<?> targetClass) {
		return ResolvableType.forMethodParameter(method, index, targetClass).toClass();
	}

}
