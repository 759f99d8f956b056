package io.airlockapp.gateway.approval.snapshot;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Identifies types of Java and of well-known libraries, whose visible properties are
 * considered their complete state.
 */
public final class LibraryTypes {

	private static final List<String> PACKAGES = List.of("java.", "javax.", "jakarta.", "kotlin.", "tools.jackson.",
			"com.fasterxml.jackson.", "com.google.common.", "org.hibernate.", "org.springframework.");

	/**
	 * The packages of Spring's sample applications, which are not part of Spring.
	 */
	private static final String SAMPLES = "org.springframework.samples.";

	private LibraryTypes() {
	}

	public static boolean contain(Class<?> type) {
		if (isOfJava(type)) {
			return true;
		}
		String name = type.getName();
		return !name.startsWith(SAMPLES) && PACKAGES.stream().anyMatch(name::startsWith);
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
