package io.airlockapp.gateway.approval.verification;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * Refuses guarded methods that Spring itself calls when it creates or destroys a bean. It
 * calls them on the object and not on its proxy.
 */
final class ContainerCalls {

	private static final String CLOSE = "close";

	private static final String SHUTDOWN = "shutdown";

	private static final List<String> ACCESSORS = List.of("set", "get", "is");

	private static final String DECLARED = "Spring calls it by itself to make or destroy the bean, without a proxy; guard "
			+ "what it calls in another bean";

	private static final String INJECTED = "Spring calls it by itself to inject something, without a proxy; guard what it "
			+ "calls in another bean";

	private static final String INFERRED = "Spring calls it by itself to destroy the bean, because of its name; set "
			+ "'destroyMethod = \"\"' on the bean's definition";

	private final Class<?> type;

	private final RootBeanDefinition definition;

	private ContainerCalls(Class<?> type, RootBeanDefinition definition) {
		this.type = type;
		this.definition = definition;
	}

	/**
	 * Require that Spring calls none of a bean's guarded methods.
	 * @param guarded the guarded methods
	 * @param type the bean's class
	 * @param beanName the bean's name
	 * @param beanFactory makes the bean
	 * @throws UnguardableMethodException if Spring calls one
	 */
	static void requireNone(List<Method> guarded, Class<?> type, String beanName,
			ConfigurableListableBeanFactory beanFactory) {
		RootBeanDefinition definition = (beanFactory.containsBeanDefinition(beanName)
				&& beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition root) ? root : null;
		for (Method method : guarded) {
			String obstacle = find(method, type, definition);
			if (obstacle != null) {
				throw UnguardableMethods.exception(method, type, beanName, obstacle);
			}
		}
	}

	/**
	 * Find the reason for which Spring calls a method.
	 * @param method the method
	 * @param type the bean's class
	 * @param definition the bean's definition, if there is one
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String find(Method method, Class<?> type, @Nullable RootBeanDefinition definition) {
		ContainerCalls calls = (definition != null) ? new ContainerCalls(type, definition) : null;
		if (calls != null && calls.isInferred(method)) {
			return INFERRED;
		}
		// On a guarded type, the callbacks that it declares are no calls by others
		if (ApprovalAttributeSource.findOwnAnnotation(method, type) == null) {
			return null;
		}
		if (calls != null && calls.isDeclared(method)) {
			return DECLARED;
		}
		return (isAware(method, type) || (calls != null && calls.isInjected(method))) ? INJECTED : null;
	}

	private static boolean isAware(Method method, Class<?> type) {
		return Aware.class.isAssignableFrom(type) && ClassUtils.getAllInterfacesForClassAsSet(type)
			.stream()
			.anyMatch((candidate) -> Aware.class.isAssignableFrom(candidate)
					&& ClassUtils.hasMethod(candidate, method.getName(), method.getParameterTypes()));
	}

	/**
	 * Return whether a method is called because of an annotation for injection, because
	 * it sets a property of the bean's definition, or since it accesses a property that
	 * is bound.
	 */
	private boolean isInjected(Method method) {
		if (this.definition.isExternallyManagedConfigMember(method)
				|| (isBound() && ACCESSORS.stream().anyMatch(method.getName()::startsWith))) {
			return true;
		}
		PropertyDescriptor property = BeanUtils.findPropertyForMethod(method, this.type);
		return property != null && method.equals(property.getWriteMethod())
				&& (isAutowired() || this.definition.getPropertyValues().contains(property.getName()));
	}

	private boolean isBound() {
		Method factoryMethod = this.definition.getResolvedFactoryMethod();
		return AnnotatedElementUtils.hasAnnotation(this.type, ConfigurationProperties.class) || (factoryMethod != null
				&& AnnotatedElementUtils.hasAnnotation(factoryMethod, ConfigurationProperties.class));
	}

	private boolean isAutowired() {
		int mode = this.definition.getResolvedAutowireMode();
		return mode == AutowireCapableBeanFactory.AUTOWIRE_BY_NAME
				|| mode == AutowireCapableBeanFactory.AUTOWIRE_BY_TYPE;
	}

	/**
	 * Return whether a method is called to make or destroy the bean because somebody says
	 * so, by an annotation, an interface or the bean's definition.
	 */
	private boolean isDeclared(Method method) {
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
	 */
	private boolean isInferred(Method method) {
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
