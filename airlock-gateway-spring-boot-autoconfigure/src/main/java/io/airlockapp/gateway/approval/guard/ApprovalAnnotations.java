/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;

import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;

/**
 * Finds all annotations that apply to a method: those on its declarations, or else those
 * on its types. One of a subtype that declares the method replaces those of its
 * supertypes, unless it is on the type itself and theirs is on the method. No other one
 * is chosen, since each of them may have been written in the belief that it applies.
 */
final class ApprovalAnnotations {

	private ApprovalAnnotations() {
	}

	/**
	 * Find the annotations of a method.
	 * @param method the method of the class of the target
	 * @param targetClass the class of the target
	 * @return the annotations, of which there are several only if they contradict each
	 * other
	 */
	static Set<RequiresAirlockApproval> find(Method method, Class<?> targetClass) {
		if (!mayGuard(method, targetClass)) {
			return Set.of();
		}
		List<Method> declarations = MethodDeclarations.of(method, targetClass).toList();
		List<Found> ofMethods = find(declarations);
		if (ReflectionUtils.isObjectMethod(method)) {
			return annotations(ofMethods, Found::isReplacedBy);
		}
		Set<Class<?>> declaring = declarations.stream().map(Method::getDeclaringClass).collect(Collectors.toSet());
		// A type that only inherits the method replaces no other
		BiPredicate<Found, Found> replaced = (one, other) -> one.isReplacedBy(other)
				&& declaring.contains(other.type());
		List<Found> ofTypes = find(targetClass, SearchStrategy.TYPE_HIERARCHY);
		if (ofMethods.isEmpty()) {
			return annotations(
					!ofTypes.isEmpty() ? ofTypes : find(method.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY),
					replaced);
		}
		List<Found> others = ofTypes.stream()
			.filter((found) -> !found.isLessSpecific(ofMethods))
			.filter((found) -> LibraryTypes.hierarchy(found.type()).anyMatch(declaring::contains))
			.toList();
		Set<RequiresAirlockApproval> all = annotations(ofMethods, Found::isReplacedBy);
		all.addAll(annotations(others, replaced));
		return all;
	}

	/**
	 * Find the annotations of a method that are not on its types.
	 * @param method the method of the class of the target
	 * @param targetClass the class of the target
	 */
	static Set<RequiresAirlockApproval> findOwn(Method method, Class<?> targetClass) {
		return mayGuard(method, targetClass)
				? annotations(find(MethodDeclarations.of(method, targetClass).toList()), Found::isReplacedBy)
				: Set.of();
	}

	/**
	 * Return whether there may be annotations. Each bean method of an application is
	 * asked for, and nearly none has one.
	 */
	private static boolean mayGuard(Method method, Class<?> targetClass) {
		return GuardedMethods.mayGuard(targetClass) || GuardedMethods.mayGuard(method.getDeclaringClass());
	}

	private static List<Found> find(List<Method> declarations) {
		return declarations.stream()
			.flatMap((declaration) -> find(declaration, SearchStrategy.DIRECT).stream())
			.toList();
	}

	private static List<Found> find(AnnotatedElement element, SearchStrategy strategy) {
		MergedAnnotations annotations = MergedAnnotations.from(element, strategy);
		if (!annotations.isPresent(RequiresAirlockApproval.class)) {
			return List.of();
		}
		return annotations.stream(RequiresAirlockApproval.class).map(Found::of).toList();
	}

	private static Set<RequiresAirlockApproval> annotations(List<Found> found, BiPredicate<Found, Found> replaced) {
		return found.stream()
			.filter((one) -> found.stream().noneMatch((other) -> replaced.test(one, other)))
			.map(Found::annotation)
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Holds an annotation.
	 *
	 * @param type the type that is annotated, or declares the annotated method
	 * @param annotation the annotation
	 */
	private record Found(Class<?> type, RequiresAirlockApproval annotation) {

		static Found of(MergedAnnotation<RequiresAirlockApproval> found) {
			Object source = Objects.requireNonNull(found.getSource());
			return new Found((source instanceof Method method) ? method.getDeclaringClass() : (Class<?>) source,
					found.synthesize());
		}

		boolean isReplacedBy(Found other) {
			return this.type != other.type && this.type.isAssignableFrom(other.type);
		}

		boolean isLessSpecific(List<Found> ofMethods) {
			return ofMethods.stream().anyMatch((own) -> this.type.isAssignableFrom(own.type));
		}

	}

}
