/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds the interfaces that a class implements by methods it inherits. The class that
 * declares such a method does not implement the interface, so a search that starts at the
 * method does not find it.
 */
public final class InheritedImplementations {

	private InheritedImplementations() {
	}

	/**
	 * Return the interface methods that a method implements only in a subclass of its own
	 * class.
	 * @param method the method
	 * @param targetClass the subclass
	 * @return the methods of interfaces
	 */
	public static List<Method> implementedBy(Method method, Class<?> targetClass) {
		Class<?> ownClass = method.getDeclaringClass();
		boolean inherited = ownClass != targetClass && ownClass != Object.class && !ownClass.isInterface();
		if (!inherited || !Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
			return List.of();
		}
		return ClassUtils.getAllInterfacesForClassAsSet(targetClass)
			.stream()
			.filter((type) -> !type.isAssignableFrom(ownClass)
					&& AnnotationUtils.isCandidateClass(type, RequiresAirlockApproval.class))
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((candidate) -> implement(method, candidate, targetClass))
			.toList();
	}

	private static boolean implement(Method method, Method candidate, Class<?> targetClass) {
		return candidate.getName().equals(method.getName())
				&& candidate.getParameterCount() == method.getParameterCount()
				&& IntStream.range(0, method.getParameterCount())
					.allMatch((index) -> parameterType(candidate, index, targetClass) == parameterType(method, index,
							targetClass));
	}

	private static Class<?> parameterType(Method method, int index, Class<?> targetClass) {
		return ResolvableType.forMethodParameter(method, index, targetClass).toClass();
	}

}
