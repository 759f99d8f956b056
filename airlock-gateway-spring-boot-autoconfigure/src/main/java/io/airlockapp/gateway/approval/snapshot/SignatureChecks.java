package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;

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
	 * Return whether no value of a type can be shown.
	 */
	public static boolean isUnshowable(Class<?> type) {
		return UnreadableTypes.find(type) != null;
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
