package io.airlockapp.gateway.approval.snapshot;

import java.io.Closeable;
import java.util.Iterator;
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
			"org.springframework.core.io.Resource", "org.springframework.http.HttpInputMessage",
			"org.springframework.http.HttpOutputMessage", "org.springframework.http.ReactiveHttpInputMessage",
			"org.springframework.http.ReactiveHttpOutputMessage", "org.springframework.http.codec.multipart.Part",
			"org.springframework.ui.Model", "org.springframework.ui.ModelMap", "org.springframework.validation.Errors",
			"org.springframework.web.bind.support.SessionStatus", "org.springframework.web.context.request.WebRequest",
			"org.springframework.web.multipart.MultipartFile", "org.springframework.web.server.ServerWebExchange",
			"org.springframework.web.server.WebSession");

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
		if (LibraryTypes.contain(type)
				&& LibraryTypes.hierarchy(type).anyMatch((parent) -> NO_DATA.contains(parent.getName()))) {
			return "a %s is no data".formatted(type.getName());
		}
		return AsynchronousTypes.isAsynchronous(type)
				? "the value of a %s is not available yet".formatted(type.getName()) : null;
	}

	private static boolean isSequence(Class<?> type) {
		return LibraryTypes.hierarchy(type).anyMatch((candidate) -> candidate.getName().equals(SEQUENCE));
	}

}
