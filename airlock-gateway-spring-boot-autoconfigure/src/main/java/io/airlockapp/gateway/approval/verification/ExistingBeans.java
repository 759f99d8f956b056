/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.FactoryBeanRegistrySupport;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the beans that a bean factory has made and keeps: its singletons, and the
 * products of its {@link FactoryBean}s, which are kept elsewhere under the same name.
 */
public final class ExistingBeans {

	private ExistingBeans() {
	}

	/**
	 * Pass each bean and its name to an action, without creating beans.
	 * @param beanFactory the factory of the beans
	 * @param action the action
	 */
	public static void forEach(ConfigurableListableBeanFactory beanFactory, BiConsumer<Object, String> action) {
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = findSingleton(name, beanFactory);
			if (bean != null) {
				action.accept(bean, name);
			}
			Object product = (bean instanceof FactoryBean) ? findProduct(name, beanFactory) : null;
			if (product != null) {
				action.accept(product, name);
			}
		}
	}

	/**
	 * Find a singleton that was made. One in creation is none: a request for it would be
	 * taken for a circular reference.
	 * @return the singleton, or {@code null} if there is none
	 */
	static @Nullable Object findSingleton(String name, ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.containsSingleton(name) ? beanFactory.getSingleton(name) : null;
	}

	private static @Nullable Object findProduct(String name, ConfigurableListableBeanFactory beanFactory) {
		Method accessor = productAccessor();
		ReflectionUtils.makeAccessible(accessor);
		return ReflectionUtils.invokeMethod(accessor, beanFactory, name);
	}

	/**
	 * Return the method of Spring that returns a product if it was made.
	 */
	static Method productAccessor() {
		Method method = ReflectionUtils.findMethod(FactoryBeanRegistrySupport.class, "getCachedObjectForFactoryBean",
				String.class);
		Assert.state(method != null, "No method 'getCachedObjectForFactoryBean'");
		return method;
	}

}
