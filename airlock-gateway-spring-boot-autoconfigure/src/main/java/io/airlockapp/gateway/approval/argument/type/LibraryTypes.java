package io.airlockapp.gateway.approval.argument.type;

import java.util.List;

/**
 * Identifies types of Java and of well-known libraries, whose visible properties are
 * taken for all that they hold.
 */
public final class LibraryTypes {

	private static final List<String> PACKAGES = List.of("java.", "javax.", "jakarta.", "kotlin.", "tools.jackson.",
			"com.fasterxml.jackson.", "com.google.common.", "org.hibernate.", "org.springframework.");

	/**
	 * The packages of Spring's sample applications, whose types are not Spring's.
	 */
	private static final String SAMPLES = "org.springframework.samples.";

	private LibraryTypes() {
	}

	public static boolean contain(Class<?> type) {
		if (JavaTypes.contain(type)) {
			return true;
		}
		String name = type.getName();
		return !name.startsWith(SAMPLES) && PACKAGES.stream().anyMatch(name::startsWith);
	}

}
