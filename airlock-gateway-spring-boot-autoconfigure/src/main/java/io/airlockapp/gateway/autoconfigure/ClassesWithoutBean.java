/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier;
import io.airlockapp.gateway.approval.verification.GuardedClassFiles;

import org.springframework.asm.Type;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the classes of the application's packages that carry
 * {@link RequiresAirlockApproval} without effect, because no bean is of the class, or
 * because it is on an annotation that does not exist at runtime or on methods. Components
 * are exempt: a condition or a profile keeps them from being beans.
 */
final class ClassesWithoutBean {

	private ClassesWithoutBean() {
	}

	/**
	 * Return the classes, in the alphabetical order of their names.
	 * @param beanFactory the factory of the beans
	 * @param guards the verifier of the beans
	 */
	static Set<Class<?>> find(ConfigurableListableBeanFactory beanFactory, ApprovalGuardVerifier guards) {
		Set<Class<?>> classes = new TreeSet<>(Comparator.comparing(Class::getName));
		Set<Class<?>> ofBeans = guards.findTypes().flatMap(LibraryTypes::hierarchy).collect(Collectors.toSet());
		Set<String> guarded = ofBeans.stream()
			.filter(GuardedMethods::mayGuard)
			.flatMap(ClassesWithoutBean::withAnnotations)
			.filter(GuardedMethods::mayGuard)
			.map(Type::getInternalName)
			.collect(Collectors.toSet());
		if (AutoConfigurationPackages.has(beanFactory)) {
			for (String name : AutoConfigurationPackages.get(beanFactory)) {
				if (!name.isEmpty()) {
					GuardedClassFiles
						.find("classpath*:%s/**/*.class".formatted(ClassUtils.convertClassNameToResourcePath(name)),
								guarded, beanFactory.getBeanClassLoader())
						.stream()
						// Kotlin puts the code of an interface there
						.filter((type) -> !type.getName().endsWith("$DefaultImpls"))
						.filter((type) -> type.isAnnotation() ? !isEffective(type)
								: !AnnotatedElementUtils.isAnnotated(type, Component.class))
						.forEach(classes::add);
				}
			}
		}
		classes.removeAll(ofBeans);
		return classes;
	}

	/**
	 * Return a type and its annotations, which can be those of a library.
	 */
	private static Stream<Class<?>> withAnnotations(Class<?> type) {
		Stream<AnnotatedElement> elements = Stream.concat(Stream.of(type),
				Arrays.stream(ReflectionUtils.getDeclaredMethods(type)));
		return Stream.concat(Stream.of(type),
				elements.flatMap((element) -> Arrays.stream(element.getDeclaredAnnotations()))
					.map(Annotation::annotationType));
	}

	/**
	 * Return whether an annotation of the application exists at runtime, which it does
	 * not by default, and is one of the method if it is on a method. What it is on has no
	 * guard otherwise.
	 */
	private static boolean isEffective(Class<?> annotation) {
		Retention retention = annotation.getAnnotation(Retention.class);
		Target target = annotation.getAnnotation(Target.class);
		List<ElementType> targets = (target != null) ? List.of(target.value()) : List.of();
		return retention != null && retention.value() == RetentionPolicy.RUNTIME
				&& (!targets.contains(ElementType.TYPE_USE) || targets.contains(ElementType.METHOD));
	}

}
