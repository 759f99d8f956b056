package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.Set;

import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Controller;

/**
 * Finds the reason why a method can't be guarded because of its parameters or its return
 * type.
 */
public final class SignatureChecks {

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

	private SignatureChecks() {
	}

	/**
	 * Find the reason why a method can't be guarded.
	 * @param method the method
	 * @param type the class of the called object
	 * @return the reason, or {@code null} if there is none
	 */
	public static @Nullable String find(Method method, Class<?> type) {
		if (KotlinValueClasses.hasValueClassIn(method)) {
			return "it takes or returns a Kotlin value class, which can't be distinguished from the value inside; take or return "
					+ "that value itself";
		}
		String obstacle = AsynchronousTypes.obstacle(method, type);
		return (obstacle != null) ? obstacle : findUnshowable(method, type);
	}

	/**
	 * Find a parameter whose values can't be shown, so that each call would fail.
	 */
	private static @Nullable String findUnshowable(Method method, Class<?> type) {
		MethodArguments parameters = new MethodArguments(type, method, new Object[method.getParameterCount()]);
		for (Argument parameter : parameters.list()) {
			Class<?> declared = parameter.type().resolve(Object.class);
			if (!parameter.omitted() && isUnshowable(declared)) {
				return ("its parameter '%s' is a %s, which is not data and can't be shown to a person; take plain data, or "
						+ "leave it out with @AirlockOmitted if it does not matter to the approver%s")
					.formatted(parameter.name(), declared.getName(), adviceFor(type));
			}
		}
		return null;
	}

	/**
	 * Return whether no value of a type can be shown. A declared type of the application
	 * that implements a library's type is accepted, since its values may be data.
	 */
	public static boolean isUnshowable(Class<?> type) {
		return UnreadableTypes.find(type) != null || (LibraryTypes.contain(type)
				&& LibraryTypes.hierarchy(type).anyMatch((parent) -> NO_DATA.contains(parent.getName())));
	}

	/**
	 * Return advice about the arguments of a class, in addition to changing them.
	 * @return the rest of a sentence, which is empty unless the class is a controller
	 */
	static String adviceFor(Class<?> type) {
		return MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(Controller.class)
				? ", or guard the service behind the controller" : "";
	}

}
