/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.util.ClassUtils;

/**
 * Resolves the name by which approvers distinguish a bean from others of its class.
 */
final class BeanNameResolver {

	private final Map<Class<?>, Count> counts = new ConcurrentHashMap<>();

	private final BeanFactory beanFactory;

	BeanNameResolver(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Return the name of a bean if other beans have its class.
	 * @param name the name, or {@code null} if the object is not a bean
	 * @param type the class
	 */
	@Nullable String resolve(@Nullable String name, Class<?> type) {
		if (name == null || !(this.beanFactory instanceof ConfigurableListableBeanFactory beans)) {
			return null;
		}
		Count count = this.counts.get(type);
		if (count == null || !count.isCurrent(beans)) {
			count = Count.of(beans, type);
			this.counts.put(type, count);
		}
		return (count.ofType() > 1) ? withoutScope(name) : null;
	}

	private static String withoutScope(String name) {
		return ScopedProxyUtils.isScopedTarget(name) ? ScopedProxyUtils.getOriginalBeanName(name) : name;
	}

	/**
	 * Holds the number of beans of a class. The search visits all beans, so it is
	 * repeated only after others were registered or created.
	 *
	 * @param definitions the number of definitions at that time
	 * @param singletons the number of singletons at that time
	 * @param ofType the number of beans of the class
	 */
	private record Count(int definitions, int singletons, long ofType) {

		private static Count of(ConfigurableListableBeanFactory beans, Class<?> type) {
			int definitions = sum(beans, ListableBeanFactory::getBeanDefinitionCount);
			int singletons = sum(beans, SingletonBeanRegistry::getSingletonCount);
			Stream<String> created = Arrays.stream(beans.getBeanDefinitionNames())
				.filter((candidate) -> beans.getMergedBeanDefinition(candidate)
					.getAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE) instanceof Class<?> target
						&& ClassUtils.getUserClass(target) == type);
			Stream<String> known = Arrays
				.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false));
			return new Count(definitions, singletons,
					Stream.concat(created, known).map(BeanNameResolver::withoutScope).distinct().count());
		}

		private boolean isCurrent(ConfigurableListableBeanFactory beans) {
			return this.definitions == sum(beans, ListableBeanFactory::getBeanDefinitionCount)
					&& this.singletons == sum(beans, SingletonBeanRegistry::getSingletonCount);
		}

		private static int sum(ConfigurableListableBeanFactory beans,
				ToIntFunction<ConfigurableListableBeanFactory> count) {
			int ofParents = (beans.getParentBeanFactory() instanceof ConfigurableListableBeanFactory parent)
					? sum(parent, count) : 0;
			return count.applyAsInt(beans) + ofParents;
		}

	}

}
