package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * Knows the methods that Spring itself calls when it makes or destroys a bean. It calls
 * them on the object and not on its proxy.
 */
final class ContainerCalls {

	private static final String CLOSE = "close";

	private static final String SHUTDOWN = "shutdown";

	private final Class<?> type;

	private final RootBeanDefinition definition;

	private ContainerCalls(Class<?> type, RootBeanDefinition definition) {
		this.type = type;
		this.definition = definition;
	}

	/**
	 * Return the calls of a bean.
	 * @param beanName the bean's name
	 * @param type the bean's class
	 * @param beanFactory makes the bean
	 * @return its calls, or {@code null} if it has no definition
	 */
	static @Nullable ContainerCalls of(String beanName, Class<?> type, ConfigurableListableBeanFactory beanFactory) {
		return (beanFactory.containsBeanDefinition(beanName)
				&& beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)
						? new ContainerCalls(type, definition) : null;
	}

	/**
	 * Return whether a method is called to make or destroy the bean because somebody says
	 * so, by an annotation, an interface or the bean's definition.
	 * @param method the method
	 */
	boolean isDeclared(Method method) {
		String name = method.getName();
		return method.getParameterCount() == 0 && (isInit(name) || (isDestroyed() && isDestroy(name)));
	}

	private boolean isInit(String name) {
		return this.definition.isExternallyManagedInitMethod(name)
				|| ObjectUtils.containsElement(this.definition.getInitMethodNames(), name)
				|| (InitializingBean.class.isAssignableFrom(this.type) && name.equals("afterPropertiesSet"));
	}

	private boolean isDestroy(String name) {
		return this.definition.isExternallyManagedDestroyMethod(name)
				|| ObjectUtils.containsElement(this.definition.getDestroyMethodNames(), name)
				|| (DisposableBean.class.isAssignableFrom(this.type) && name.equals("destroy"))
				|| (isClosed() && name.equals(CLOSE));
	}

	/**
	 * Return whether a method is called to destroy the bean although nobody says so: by
	 * its name.
	 * @param method the method
	 */
	boolean isInferred(Method method) {
		boolean inferring = ObjectUtils.containsElement(this.definition.getDestroyMethodNames(),
				AbstractBeanDefinition.INFER_METHOD);
		return inferring && isDestroyed() && !DisposableBean.class.isAssignableFrom(this.type)
				&& Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 0
				&& method.getName().equals(ClassUtils.hasMethod(this.type, CLOSE) ? CLOSE : SHUTDOWN);
	}

	private boolean isDestroyed() {
		return !this.definition.isPrototype();
	}

	private boolean isClosed() {
		return AutoCloseable.class.isAssignableFrom(this.type) && !DisposableBean.class.isAssignableFrom(this.type)
				&& this.definition.getDestroyMethodNames() == null;
	}

}
