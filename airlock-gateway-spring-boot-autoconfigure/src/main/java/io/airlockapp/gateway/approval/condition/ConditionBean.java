/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Method of a bean that decides whether approval is required.
 *
 * @param name the name of the bean
 * @param methodName the name of the method
 * @param types the types of the parameters
 */
record ConditionBean(String name, String methodName, Class<?>[] types) {

	/**
	 * Invoke the method.
	 * @throws UnclearConditionException if there is no such method, or no result
	 */
	boolean isTrue(BeanFactory beans, @Nullable Object[] arguments) {
		requireBean(beans);
		Object bean = beans.getBean(this.name);
		Method method = requireMethod(bean.getClass());
		ReflectionUtils.makeAccessible(method);
		if (ReflectionUtils.invokeMethod(method, bean, arguments) instanceof Boolean result) {
			return result;
		}
		throw neitherTrueNorFalse();
	}

	/**
	 * Verify that there is such a bean, and such a method if the bean was created.
	 * @throws UnclearConditionException if there is none
	 */
	void verify(BeanFactory beans) {
		requireBean(beans);
		Object bean = (beans instanceof SingletonBeanRegistry registry && registry.containsSingleton(this.name))
				? registry.getSingleton(this.name) : null;
		if (bean != null && !(bean instanceof FactoryBean)) {
			Class<?> result = requireMethod(bean.getClass()).getReturnType();
			if (!result.isAssignableFrom(Boolean.class) && result != boolean.class) {
				throw neitherTrueNorFalse();
			}
		}
	}

	private UnclearConditionException neitherTrueNorFalse() {
		return new UnclearConditionException(
				"the method '%s' returns neither true nor false".formatted(this.methodName));
	}

	private void requireBean(BeanFactory beans) {
		if (!beans.containsBean(this.name)) {
			throw new UnclearConditionException(
					"there is no bean '%s'; in a test of a slice, add the bean, or a mock of it".formatted(this.name));
		}
	}

	private Method requireMethod(Class<?> type) {
		Method method = ClassUtils.getMethodIfAvailable(type, this.methodName, this.types);
		if (method == null) {
			throw new UnclearConditionException(
					"the bean '%s' has no public method '%s' whose parameters have exactly the types of the arguments, %s"
						.formatted(this.name, this.methodName,
								Arrays.stream(this.types).map(Class::getTypeName).collect(Collectors.joining(", "))));
		}
		return method;
	}

}
