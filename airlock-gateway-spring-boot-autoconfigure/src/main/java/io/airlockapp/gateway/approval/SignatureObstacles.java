package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

/**
 * Tells why a method can't be guarded because of what it takes or returns.
 */
final class SignatureObstacles {

	private SignatureObstacles() {
	}

	/**
	 * Find what keeps a method from being guarded.
	 * @param method the method
	 * @param type the class of the called object
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String find(Method method, Class<?> type) {
		if (KotlinValueClasses.areIn(method)) {
			return "it takes or returns a Kotlin value class, which can't be told from the value inside; take or return "
					+ "that value itself";
		}
		return AsynchronousTypes.obstacle(method, type);
	}

}
