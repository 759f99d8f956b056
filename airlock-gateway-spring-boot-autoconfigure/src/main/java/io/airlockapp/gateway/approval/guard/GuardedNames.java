/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Holds the names of guarded beans by the names of their classes as approvers see them,
 * in order to distinguish beans whose methods would otherwise have the same name.
 */
public final class GuardedNames {

	private final Map<String, Set<String>> beans = new ConcurrentHashMap<>();

	/**
	 * The beans that are not created at start, since others of their class may not be
	 * known yet when they are called.
	 */
	private final Set<String> createdLater = ConcurrentHashMap.newKeySet();

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create the holder.
	 * @param beanFactory the factory of the beans
	 */
	public GuardedNames(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Add a bean, and others that are known to have its class.
	 * @param methods the guarded methods of the bean
	 * @param type the class of the bean
	 * @param beanName the name of the bean
	 */
	public void add(Collection<Method> methods, Class<?> type, String beanName) {
		List<Class<?>> types = methods.stream()
			.<Class<?>>map((method) -> Declaration.of(method, type).type())
			.distinct()
			.toList();
		for (Class<?> named : types) {
			Set<String> names = names(named);
			if (names.add(withoutScope(beanName))) {
				if (isCreatedLater(beanName, types)) {
					this.createdLater.add(withoutScope(beanName));
				}
				for (String other : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true,
						false)) {
					names.add(withoutScope(other));
				}
			}
		}
	}

	private boolean isCreatedLater(String beanName, List<Class<?>> types) {
		if (!this.beanFactory.containsBeanDefinition(beanName)) {
			return false;
		}
		BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(beanName);
		// A product whose factory declares none of its types is known when it is looked
		// up
		return !definition.isSingleton() || definition.isLazyInit()
				|| (this.beanFactory.isFactoryBean(beanName) && types.stream()
					.noneMatch((type) -> this.beanFactory.isTypeMatch(beanName, MethodArguments.namedType(type))));
	}

	/**
	 * Return the name of a bean if approvers need it.
	 * @param type the class by which the called method is named
	 * @param beanName the name of the bean, without a scope
	 */
	@Nullable String find(Class<?> type, String beanName) {
		Set<String> names = names(type);
		names.add(beanName);
		return (names.size() > 1 || this.createdLater.contains(beanName)) ? beanName : null;
	}

	private Set<String> names(Class<?> type) {
		return this.beans.computeIfAbsent(MethodArguments.namedType(type).getSimpleName(),
				(key) -> ConcurrentHashMap.newKeySet());
	}

	static String withoutScope(String beanName) {
		return ScopedProxyUtils.isScopedTarget(beanName) ? ScopedProxyUtils.getOriginalBeanName(beanName) : beanName;
	}

}
