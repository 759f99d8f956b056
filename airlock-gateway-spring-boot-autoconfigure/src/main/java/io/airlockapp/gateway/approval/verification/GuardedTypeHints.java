/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.AirlockSensitive;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.core.GenericTypeResolver;
import org.springframework.util.ClassUtils;

/**
 * Registers the metadata that a native image needs for a type with guarded methods: of
 * everything that can have the annotation, and of the argument types.
 * {@link AirlockSensitive} must be found, or masked values would be shown to the
 * approver.
 */
final class GuardedTypeHints {

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	private final ReflectionHints hints;

	private final @Nullable ClassLoader classLoader;

	GuardedTypeHints(ReflectionHints hints, @Nullable ClassLoader classLoader) {
		this.hints = hints;
		this.classLoader = classLoader;
	}

	/**
	 * Register a type and its guarded methods.
	 */
	void register(Class<?> type, List<Method> guarded) {
		hierarchy(type).forEach((current) -> this.hints.registerType(current, MemberCategory.INVOKE_DECLARED_METHODS));
		guarded.stream()
			.flatMap((method) -> Arrays.stream(method.getGenericParameterTypes()))
			.map((parameter) -> GenericTypeResolver.resolveType(parameter, type))
			.distinct()
			.forEach(this::registerArgument);
	}

	private void registerArgument(Type argument) {
		this.binding.registerReflectionHints(this.hints, argument);
		ReflectionHints bound = new ReflectionHints();
		this.binding.registerReflectionHints(bound, argument);
		bound.typeHints()
			.map(this::resolve)
			.filter(Objects::nonNull)
			.flatMap(GuardedTypeHints::hierarchy)
			.distinct()
			.forEach((type) -> this.hints.registerType(type, MemberCategory.ACCESS_DECLARED_FIELDS,
					MemberCategory.INVOKE_DECLARED_METHODS));
	}

	private @Nullable Class<?> resolve(TypeHint hint) {
		String name = hint.getType().getName();
		return ClassUtils.isPresent(name, this.classLoader) ? ClassUtils.resolveClassName(name, this.classLoader)
				: null;
	}

	/**
	 * Return a type and all its superclasses and interfaces, except for those of Java.
	 */
	private static Stream<Class<?>> hierarchy(Class<?> type) {
		Stream<Class<?>> classes = Stream.iterate(type, Objects::nonNull, Class::getSuperclass);
		return Stream.concat(classes, ClassUtils.getAllInterfacesForClassAsSet(type).stream())
			.filter((current) -> !current.getName().startsWith("java.") && !current.isPrimitive() && !current.isArray())
			.distinct();
	}

}
