package io.airlockapp.gateway.approval;

/**
 * Tells the classes of Java itself from all others.
 */
final class JavaTypes {

	private JavaTypes() {
	}

	/**
	 * Return whether a type is one of Java's.
	 * @param type the type
	 * @return whether it comes with the Java runtime, or is an array
	 */
	static boolean contain(Class<?> type) {
		return type.isArray() || type.getClassLoader() == null
				|| type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

}
