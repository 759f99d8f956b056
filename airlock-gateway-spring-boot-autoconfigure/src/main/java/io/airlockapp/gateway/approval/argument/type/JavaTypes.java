package io.airlockapp.gateway.approval.argument.type;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Distinguishes the classes of Java itself from all others.
 */
public final class JavaTypes {

	private JavaTypes() {
	}

	/**
	 * Return whether a type is one of Java's.
	 * @param type the type
	 * @return whether it comes with the Java runtime, or is an array
	 */
	public static boolean contain(Class<?> type) {
		return type.isArray() || type.getClassLoader() == null
				|| type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

	/**
	 * Return a type and all that it extends and implements, which for an interface are
	 * its superinterfaces.
	 * @param type the type
	 * @return the types, of which some may be there more than once
	 */
	public static Stream<Class<?>> hierarchy(Class<?> type) {
		Stream<Class<?>> parents = Stream.concat(Stream.ofNullable(type.getSuperclass()),
				Arrays.stream(type.getInterfaces()));
		return Stream.concat(Stream.of(type), parents.flatMap(JavaTypes::hierarchy));
	}

}
