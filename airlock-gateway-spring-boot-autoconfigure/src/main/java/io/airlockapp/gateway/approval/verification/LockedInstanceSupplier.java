/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Constructor;
import java.util.Arrays;

import org.springframework.asm.Type;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.aot.BeanInstanceSupplier;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Creates the instance suppliers that generated code has for beans with a lock. It names
 * the locked class by a text, since a compiler may take that class for no subclass: its
 * generic signature is that of the user's class.
 */
public final class LockedInstanceSupplier {

	private LockedInstanceSupplier() {
	}

	/**
	 * Create a supplier of objects of a locked class.
	 * @param <T> the type that generated code declares for the objects
	 * @param type the user's class
	 * @param locked the name of the locked class
	 * @param descriptor the descriptor of the constructor
	 * @return the supplier
	 */
	@SuppressWarnings("unchecked")
	public static <T> BeanInstanceSupplier<T> forConstructor(Class<?> type, String locked, String descriptor) {
		Class<?>[] parameterTypes = Arrays.stream(type.getDeclaredConstructors())
			.filter((constructor) -> Type.getConstructorDescriptor(constructor).equals(descriptor))
			.map(Constructor::getParameterTypes)
			.findFirst()
			.orElse(null);
		Assert.state(parameterTypes != null,
				() -> "%s was changed after it was processed ahead of time".formatted(type.getName()));
		return BeanInstanceSupplier.<T>forConstructor(parameterTypes)
			.withGenerator((bean, arguments) -> (T) BeanUtils.instantiateClass(
					ClassUtils.resolveClassName(locked, type.getClassLoader()).getDeclaredConstructor(parameterTypes),
					complete(arguments.toArray(), type, bean)));
	}

	/**
	 * Complete the arguments of an inner class, which Spring leaves without the object
	 * that encloses the new one.
	 */
	private static Object[] complete(Object[] arguments, Class<?> type, RegisteredBean bean) {
		if (ClassUtils.isInnerClass(type)) {
			arguments[0] = bean.getBeanFactory().getBean(type.getEnclosingClass());
		}
		return arguments;
	}

}
