package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Refuses methods that require approval and create beans. Approval would be requested
 * once for the creation, and never for a call of the bean.
 */
final class GuardedFactoryMethods {

	private GuardedFactoryMethods() {
	}

	/**
	 * Require that no bean is created by a method that requires approval.
	 * @param beanFactory the factory with all bean definitions, before it creates beans
	 * @throws UnguardableMethodException if a bean is
	 */
	static void requireNone(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(name);
			String factoryMethod = definition.getFactoryMethodName();
			Class<?> type = (factoryMethod != null) ? findFactoryType(definition, beanFactory) : null;
			if (factoryMethod != null && type != null) {
				verify(name, factoryMethod, type);
			}
		}
	}

	private static void verify(String beanName, String factoryMethod, Class<?> type) {
		for (Method method : GuardedMethods.of(type)) {
			if (method.getName().equals(factoryMethod)) {
				throw UnguardableMethodException.withRemedy(
						("%s requires approval, but cannot be guarded: it makes the bean '%s', so approval would be requested once, at the start, and not when the bean is called")
							.formatted(ClassUtils.getQualifiedMethodName(method, type), beanName),
						"Put @RequiresAirlockApproval on the bean's class, or on a method of what %s returns, and not on the "
							.formatted(factoryMethod) + "method that makes it nor on the class of that method.");
			}
		}
	}

	private static @Nullable Class<?> findFactoryType(BeanDefinition definition,
			ConfigurableListableBeanFactory beanFactory) {
		String factoryBean = definition.getFactoryBeanName();
		if (factoryBean != null) {
			Class<?> type = beanFactory.containsBean(factoryBean) ? beanFactory.getType(factoryBean, false) : null;
			return (type != null) ? ClassUtils.getUserClass(type) : null;
		}
		String className = definition.getBeanClassName();
		ClassLoader classLoader = beanFactory.getBeanClassLoader();
		return (className != null && ClassUtils.isPresent(className, classLoader))
				? ClassUtils.resolveClassName(className, classLoader) : null;
	}

}
