/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory;
import org.springframework.beans.factory.support.InstantiationStrategy;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * {@link InstantiationStrategy} that creates objects with guarded methods from a locked
 * subclass, with the same constructor and arguments. The bean definition keeps the user's
 * class, so that constructors and their parameters are resolved as usual. The lock does
 * not cover objects that the application creates, such as in {@code @Bean} methods and
 * suppliers.
 *
 * @param delegate the strategy for all other objects
 */
record LockingInstantiationStrategy(InstantiationStrategy delegate) implements InstantiationStrategy {

	/**
	 * Lock the guarded methods of all objects that a factory creates with a constructor
	 * from now on.
	 */
	static void setOn(ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory instanceof AbstractAutowireCapableBeanFactory factory) {
			factory.setInstantiationStrategy(new LockingInstantiationStrategy(factory.getInstantiationStrategy()));
		}
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner) {
		Constructor<?> locked = lock(definition, definition.getBeanClass());
		return (locked != null) ? BeanUtils.instantiateClass(locked)
				: this.delegate.instantiate(definition, beanName, owner);
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner,
			Constructor<?> constructor, @Nullable Object... arguments) {
		Constructor<?> locked = lock(definition, constructor.getDeclaringClass(), constructor.getParameterTypes());
		return (locked != null) ? BeanUtils.instantiateClass(locked, arguments)
				: this.delegate.instantiate(definition, beanName, owner, constructor, arguments);
	}

	@Override
	public Object instantiate(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner,
			@Nullable Object factoryBean, Method factoryMethod, @Nullable Object... arguments) {
		Class<?> type = (factoryBean != null) ? factoryBean.getClass() : definition.getBeanClass();
		BeanMethods.requireUnguarded(factoryMethod, type, beanName);
		Object object = this.delegate.instantiate(definition, beanName, owner, factoryBean, factoryMethod, arguments);
		BeanMethods.requireNotCalled(factoryMethod, type, object);
		return object;
	}

	@Override
	public Class<?> getActualBeanClass(RootBeanDefinition definition, @Nullable String beanName, BeanFactory owner) {
		return this.delegate.getActualBeanClass(definition, beanName, owner);
	}

	private static @Nullable Constructor<?> lock(RootBeanDefinition definition, Class<?> type,
			Class<?>... parameterTypes) {
		return definition.hasMethodOverrides() ? null : LockedClasses.findConstructor(type, parameterTypes);
	}

}
