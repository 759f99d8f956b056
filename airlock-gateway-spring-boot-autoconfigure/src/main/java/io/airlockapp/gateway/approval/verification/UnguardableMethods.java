package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.method.Declaration;

/**
 * Creates the exceptions for methods of beans that require approval and can't be guarded.
 */
final class UnguardableMethods {

	private UnguardableMethods() {
	}

	/**
	 * Create an exception.
	 * @param method the method
	 * @param type the class of the bean
	 * @param beanName the name of the bean
	 * @param obstacle why the method can't be guarded
	 * @return the exception
	 */
	static UnguardableMethodException exception(Method method, Class<?> type, String beanName, String obstacle) {
		return new UnguardableMethodException("%s of bean '%s' asks for approval, but can't be guarded: %s"
			.formatted(Declaration.of(method, type).qualifiedName(), beanName, obstacle), null);
	}

}
