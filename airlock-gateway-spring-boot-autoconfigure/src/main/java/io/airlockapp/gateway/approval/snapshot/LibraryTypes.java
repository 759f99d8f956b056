/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Identifies types of Java and of well-known libraries, whose visible properties are
 * considered their complete state.
 */
public final class LibraryTypes {

	private static final List<String> PACKAGES = List.of("java.", "javax.", "jakarta.", "kotlin.", "tools.jackson.",
			"com.fasterxml.jackson.", "com.google.common.", "org.hibernate.", "org.springframework.");

	private LibraryTypes() {
	}

	public static boolean contain(Class<?> type) {
		return isOfJava(type) || (!type.getName().startsWith("org.springframework.samples.")
				&& PACKAGES.stream().anyMatch(type.getName()::startsWith));
	}

	/**
	 * Return whether a type is one of Java's.
	 * @param type the type
	 * @return whether it comes with the Java runtime, or is an array
	 */
	public static boolean isOfJava(Class<?> type) {
		return type.isArray() || type.getClassLoader() == null
				|| type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

	/**
	 * Return whether a class is one of this module, which can share a jar with the
	 * classes of the application.
	 * @param type the class
	 * @return whether it is
	 */
	public static boolean isOfStarter(Class<?> type) {
		return type.getName().startsWith("io.airlockapp.gateway.")
				&& type.getProtectionDomain() == LibraryTypes.class.getProtectionDomain();
	}

	/**
	 * Return whether a class is written in Groovy, which finds methods by their names
	 * when it calls them, and not as the class file says.
	 * @param type the class
	 * @return whether it is
	 */
	public static boolean isOfGroovy(Class<?> type) {
		return hierarchy(type).anyMatch((current) -> current.getName().equals("groovy.lang.GroovyObject"));
	}

	/**
	 * Find a class that may be absent, such as one of an optional library.
	 * @param name the name of the class
	 * @param classLoader the class loader, or {@code null} for the default one
	 * @return the class, or {@code null} if it cannot be loaded
	 */
	public static @Nullable Class<?> find(String name, @Nullable ClassLoader classLoader) {
		return ClassUtils.isPresent(name, classLoader) ? ClassUtils.resolveClassName(name, classLoader) : null;
	}

	/**
	 * Return a cache of what is known of classes. It is stored with each class, so that
	 * the classes of a restarted application can be unloaded.
	 * @param inspection computes what is known of a class
	 * @param <T> the type of what is known
	 * @return the cache
	 */
	public static <T extends @Nullable Object> ClassValue<T> cache(Function<Class<?>, T> inspection) {
		return new ClassValue<>() {

			@Override
			protected T computeValue(Class<?> type) {
				return inspection.apply(type);
			}

		};
	}

	/**
	 * Return a type with all its superclasses and interfaces, or superinterfaces if it is
	 * an interface.
	 * @param type the type
	 * @return the types, possibly with duplicates
	 */
	public static Stream<Class<?>> hierarchy(Class<?> type) {
		Stream<Class<?>> parents = Stream.concat(Stream.ofNullable(type.getSuperclass()),
				Arrays.stream(type.getInterfaces()));
		return Stream.concat(Stream.of(type), parents.flatMap(LibraryTypes::hierarchy));
	}

}
