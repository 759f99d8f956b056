package io.airlockapp.gateway.approval.snapshot;

import java.io.Closeable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

/**
 * Identifies the types whose objects can be read only once, or not yet, or are no data,
 * and so cannot be compared.
 */
final class UnreadableTypes {

	/**
	 * Types of libraries whose values are not data. They are listed by name, since the
	 * libraries are optional.
	 */
	private static final Set<String> NO_DATA = Set.of("jakarta.persistence.EntityManager",
			"jakarta.servlet.ServletRequest", "jakarta.servlet.ServletResponse", "jakarta.servlet.http.HttpSession",
			"jakarta.servlet.http.Part", "java.lang.ClassLoader", "java.lang.Thread", "java.sql.Connection",
			"org.springframework.context.PayloadApplicationEvent", "org.springframework.core.io.Resource",
			"org.springframework.http.HttpInputMessage", "org.springframework.http.HttpOutputMessage",
			"org.springframework.http.ReactiveHttpInputMessage", "org.springframework.http.ReactiveHttpOutputMessage",
			"org.springframework.http.codec.multipart.Part", "org.springframework.ui.Model",
			"org.springframework.ui.ModelMap", "org.springframework.validation.Errors",
			"org.springframework.web.context.support.RequestHandledEvent",
			"org.springframework.web.multipart.MultipartFile");

	/**
	 * Packages of Spring whose values belong to a server, to a connection or to an event
	 * of a context, except for enumerations. Types that Spring injects into methods of
	 * beans are not among them, since these methods can be of a guarded type.
	 */
	private static final List<String> NO_DATA_PACKAGES = List.of("org.springframework.boot.context.event.",
			"org.springframework.context.event.", "org.springframework.core.io.buffer.",
			"org.springframework.http.server.", "org.springframework.web.bind.",
			"org.springframework.web.context.request.", "org.springframework.web.method.",
			"org.springframework.web.reactive.", "org.springframework.web.server.", "org.springframework.web.servlet.");

	private static final String JACKSON_2 = "com.fasterxml.jackson.";

	private static final String SEQUENCE = "kotlin.sequences.Sequence";

	/**
	 * The reasons by type, because they are needed each time an argument is read.
	 */
	private static final ClassValue<Optional<String>> known = new ClassValue<>() {

		@Override
		protected Optional<String> computeValue(Class<?> type) {
			return Optional.ofNullable(inspect(type));
		}

	};

	private UnreadableTypes() {
	}

	/**
	 * Find the reason why objects of a type cannot be read.
	 * @param type the type
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String find(Class<?> type) {
		return known.get(type).orElse(null);
	}

	private static @Nullable String inspect(Class<?> type) {
		if (BaseStream.class.isAssignableFrom(type) || Iterator.class.isAssignableFrom(type)
				|| Closeable.class.isAssignableFrom(type) || isSequence(type)) {
			return "a %s can be read only once, or is no data".formatted(type.getName());
		}
		if (type.getName().startsWith(JACKSON_2)) {
			return "a %s is no value of Jackson 3".formatted(type.getName());
		}
		// A type of the application that implements one of these may be data
		if (LibraryTypes.contain(type) && !type.isEnum()
				&& LibraryTypes.hierarchy(type).anyMatch(UnreadableTypes::isNoData)) {
			return "a %s is no data".formatted(type.getName());
		}
		return AsynchronousTypes.isAsynchronous(type)
				? "the value of a %s is not available yet".formatted(type.getName()) : null;
	}

	private static boolean isNoData(Class<?> type) {
		String name = type.getName();
		return NO_DATA.contains(name) || NO_DATA_PACKAGES.stream().anyMatch(name::startsWith);
	}

	private static boolean isSequence(Class<?> type) {
		return LibraryTypes.hierarchy(type).anyMatch((candidate) -> candidate.getName().equals(SEQUENCE));
	}

}
