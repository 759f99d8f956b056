/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.regex.Pattern;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.PropertyAccessorUtils;
import org.springframework.beans.PropertyValue;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * Refuses guarded methods that Spring itself calls when it creates or destroys a bean. It
 * calls them on the target and not on the proxy.
 */
final class LifecycleMethods {

	private static final String OBSTACLE = "Spring calls it to create or destroy the bean, or to inject "
			+ "something, without a proxy; guard what it calls in another bean";

	private static final String UNLESS_INFERRED = ", or set 'destroyMethod = \"\"' on the bean's definition, because Spring finds the method by its name";

	private static final String PRODUCT = "Spring calls it to create the bean, so the approval would not be for calls of that bean; "
			+ "annotate the class of the product";

	private static final Set<String> INFERRED_NAMES = Set.of("close", "shutdown");

	private static final Pattern ACCESSOR = Pattern.compile("(set|get|is)\\P{Ll}.*");

	private static final Set<String> INJECTING = Set.of(Autowired.class.getName(), Value.class.getName(),
			"jakarta.annotation.Resource", "jakarta.inject.Inject", "jakarta.persistence.PersistenceContext",
			"jakarta.persistence.PersistenceUnit", "jakarta.ejb.EJB");

	private static final Set<String> INITIALIZING_OR_DESTROYING = Set.of("jakarta.annotation.PostConstruct",
			"jakarta.annotation.PreDestroy");

	private static final Set<Class<?>> CALLBACKS = Set.of(InitializingBean.class, DisposableBean.class);

	private LifecycleMethods() {
	}

	/**
	 * Require that Spring calls none of the guarded methods of a bean.
	 * @throws UnguardableMethodException if Spring calls one
	 */
	static void requireNone(List<Method> guarded, Class<?> type, String beanName, RootBeanDefinition definition) {
		for (Method method : guarded) {
			if (FactoryBean.class.isAssignableFrom(type) && method.getName().equals("getObject")
					&& List.of(Class.class).containsAll(List.of(method.getParameterTypes()))) {
				throw ProxyabilityChecks.exception(method, type, beanName, PRODUCT);
			}
			if (isInferred(method, definition)) {
				throw ProxyabilityChecks.exception(method, type, beanName, OBSTACLE + UNLESS_INFERRED);
			}
			if (!isExempt(method, type) && isCalledBySpring(method, type, definition)) {
				throw ProxyabilityChecks.exception(method, type, beanName, OBSTACLE);
			}
		}
	}

	static RootBeanDefinition definition(Class<?> type, String beanName, ConfigurableListableBeanFactory beanFactory) {
		return (beanFactory.containsBeanDefinition(beanName)
				&& beanFactory.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition root) ? root
						: new RootBeanDefinition(type);
	}

	/**
	 * Return whether a method that the annotation on a type guards is declared as one
	 * that Spring calls itself. That annotation is meant for calls by others.
	 */
	static boolean isExempt(Method method, Class<?> type) {
		return ApprovalAttributeSource.findOwnAnnotation(method, type) == null
				&& isCalledBySpring(method, type, new RootBeanDefinition(type));
	}

	private static boolean isCalledBySpring(Method method, Class<?> type, RootBeanDefinition definition) {
		return isInjected(method) || isCallback(method, type, definition) || isShutdown(method, type, definition)
				|| isNamed(method, definition) || isAccessor(method, type, definition)
				|| isBound(method, type, definition);
	}

	/**
	 * Return whether an annotation declares that something is injected by a method, or
	 * that it is a lifecycle callback, before the definition of the bean contains that.
	 * Spring calls a method that overrides a lifecycle callback, but injects nothing by
	 * one that overrides another without the annotation.
	 */
	private static boolean isInjected(Method method) {
		return isAnnotated(method, SearchStrategy.DIRECT, INJECTING)
				|| isAnnotated(method, SearchStrategy.TYPE_HIERARCHY, INITIALIZING_OR_DESTROYING);
	}

	private static boolean isAnnotated(Method method, SearchStrategy strategy, Set<String> annotations) {
		return MergedAnnotations.from(method, strategy)
			.stream()
			.anyMatch((annotation) -> annotations.contains(annotation.getType().getName()));
	}

	/**
	 * Return whether Spring may infer that a method destroys the bean, although it is not
	 * declared.
	 */
	private static boolean isInferred(Method method, RootBeanDefinition definition) {
		return ObjectUtils.containsElement(definition.getDestroyMethodNames(), AbstractBeanDefinition.INFER_METHOD)
				&& method.getParameterCount() == 0 && INFERRED_NAMES.contains(method.getName());
	}

	/**
	 * Return whether an interface says that Spring calls a method, be it by another one
	 * that extends it. Spring calls no methods of the application's own {@link Aware}
	 * interfaces.
	 */
	private static boolean isCallback(Method method, Class<?> type, RootBeanDefinition definition) {
		return LibraryTypes.hierarchy(type)
			.filter(Class::isInterface)
			.filter((callback) -> CALLBACKS.contains(callback)
					|| (Aware.class.isAssignableFrom(callback) && LibraryTypes.contain(callback))
					|| (callback == AutoCloseable.class && definition.getDestroyMethodNames() == null))
			.anyMatch((callback) -> MethodDeclarations.isDeclared(method, callback, type));
	}

	/**
	 * Return whether Spring destroys an executor by a method although no definition says
	 * so: by a {@code close()} of its own, or else by {@code shutdown()}.
	 */
	private static boolean isShutdown(Method method, Class<?> type, RootBeanDefinition definition) {
		if (definition.getDestroyMethodNames() != null || !ExecutorService.class.isAssignableFrom(type)
				|| DisposableBean.class.isAssignableFrom(type) || method.getParameterCount() > 0) {
			return false;
		}
		Method close = ClassUtils.getMethodIfAvailable(type, "close");
		boolean own = close != null && close.getDeclaringClass() != ExecutorService.class;
		return method.getName().equals(own ? "close" : "shutdown");
	}

	/**
	 * Return whether an annotation or the bean definition declares that Spring calls a
	 * method.
	 */
	private static boolean isNamed(Method method, RootBeanDefinition definition) {
		String name = method.getName();
		return definition.isExternallyManagedConfigMember(method) || (method.getParameterCount() == 0
				&& (definition.isExternallyManagedInitMethod(name) || definition.isExternallyManagedDestroyMethod(name)
						|| ObjectUtils.containsElement(definition.getInitMethodNames(), name)
						|| ObjectUtils.containsElement(definition.getDestroyMethodNames(), name)));
	}

	/**
	 * Return whether Spring sets a property by a method, or calls it on the way to
	 * another one.
	 */
	private static boolean isAccessor(Method method, Class<?> type, RootBeanDefinition definition) {
		PropertyDescriptor property = BeanUtils.findPropertyForMethod(method, type);
		return property != null && ((method.equals(property.getWriteMethod()) && isSet(property, definition))
				|| isOnPath(property, definition));
	}

	private static boolean isSet(PropertyDescriptor property, RootBeanDefinition definition) {
		int autowiring = definition.getResolvedAutowireMode();
		return autowiring == AutowireCapableBeanFactory.AUTOWIRE_BY_NAME
				|| autowiring == AutowireCapableBeanFactory.AUTOWIRE_BY_TYPE
				|| definition.getPropertyValues().contains(property.getName());
	}

	private static boolean isOnPath(PropertyDescriptor property, RootBeanDefinition definition) {
		return definition.getPropertyValues()
			.stream()
			.map(PropertyValue::getName)
			.filter(PropertyAccessorUtils::isNestedOrIndexedProperty)
			.anyMatch((path) -> Arrays.asList(path.split("[.\\[]")).contains(property.getName()));
	}

	/**
	 * Return whether a method is an accessor of configuration properties.
	 */
	private static boolean isBound(Method method, Class<?> type, RootBeanDefinition definition) {
		Method factoryMethod = definition.getResolvedFactoryMethod();
		String name = method.getName();
		return ACCESSOR.matcher(name).matches() && method.getParameterCount() == (name.startsWith("set") ? 1 : 0)
				&& (AnnotatedElementUtils.hasAnnotation(type, ConfigurationProperties.class) || (factoryMethod != null
						&& AnnotatedElementUtils.hasAnnotation(factoryMethod, ConfigurationProperties.class)));
	}

}
