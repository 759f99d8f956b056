/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.Declaration;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.UnreadableTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.SmartClassLoader;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses methods that a proxy cannot guard.
 */
final class ProxyabilityChecks {

	private static final String TRANSACTIONAL_LISTENER = "org.springframework.transaction.event.TransactionalEventListener";

	/**
	 * The package of the annotations of Spring Batch's listeners.
	 */
	private static final String BATCH_LISTENERS = "org.springframework.batch.core.annotation";

	/**
	 * Annotations of the classes of which a web server creates objects.
	 */
	private static final List<String> OF_WEB_SERVERS = List.of("jakarta.websocket.server.ServerEndpoint",
			"jakarta.servlet.annotation.WebListener", "jakarta.servlet.annotation.WebFilter",
			"jakarta.servlet.annotation.WebServlet");

	private static final Pattern OF_LIBRARIES = Pattern
		.compile("jakarta\\.persistence\\.((Pre|Post)\\w+|AttributeConverter)"
				+ "|org\\.axonframework\\.spring\\.stereotype\\.(Saga|Aggregate)");

	private static final List<String> OF_RETRIES = List.of("org.springframework.retry.annotation.Recover",
			"org.springframework.classify.annotation.Classifier");

	private static final String CONSUME = "org.apache.camel.Consume";

	/**
	 * Types whose objects describe what is called, often on themselves.
	 */
	private static final List<String> ROUTES = List.of("org.springframework.integration.dsl.IntegrationFlow",
			"org.apache.camel.RoutesBuilder");

	private static final String RESOURCES = "org.glassfish.jersey.server.ResourceConfig";

	private ProxyabilityChecks() {
	}

	/**
	 * Require that Spring can guard each guarded method of an object.
	 * @param guarded the guarded methods
	 * @param type the class of the object
	 * @param locked whether the methods of the object are locked
	 * @throws UnguardableMethodException if it cannot
	 */
	static void require(List<Method> guarded, Class<?> type, String beanName,
			ConfigurableListableBeanFactory beanFactory, boolean locked) {
		KotlinFunctions.requireNoneGuarded(type, beanName);
		if (guarded.isEmpty()) {
			return;
		}
		for (Method method : guarded) {
			String obstacle = find(method, type, beanFactory.getBeanClassLoader());
			if (obstacle != null) {
				throw exception(method, type, beanName, obstacle);
			}
		}
		LifecycleMethods.requireNone(guarded, type, beanName, LifecycleMethods.definition(type, beanName, beanFactory));
		SelfCalls.requireNone(type, beanName, locked);
	}

	/**
	 * Find the reason why a proxy cannot guard a method.
	 * @return the reason and, after a semicolon, the remedy, or {@code null} if it can
	 */
	private static @Nullable String find(Method method, Class<?> type, @Nullable ClassLoader classLoader) {
		int modifiers = method.getModifiers();
		if (LibraryTypes.isOfGroovy(type)) {
			return "its class is written in Groovy, whose calls can pass the proxy; write it in Java or Kotlin";
		}
		if (Modifier.isStatic(modifiers)) {
			return "the method is static; make it a method of the bean";
		}
		if (Modifier.isPrivate(modifiers)) {
			return "the method is private; give it another visibility, and let other beans call it";
		}
		if (ReflectionUtils.isEqualsMethod(method) || ReflectionUtils.isHashCodeMethod(method)) {
			return "proxies implement equals and hashCode themselves; annotate a method that uses the result instead";
		}
		if (method.getParameterCount() == 0 && (method.getName().equals("finalize")
				|| (method.getName().equals("run") && Thread.class.isAssignableFrom(type)))) {
			return "Java itself calls it on the object, past the proxy; let it call a guarded method of another bean";
		}
		if (Modifier.isFinal(modifiers) && !Proxy.isProxyClass(type)) {
			return "the method is final; remove the modifier, or in Kotlin, use the 'spring' compiler plugin for a class with an annotation of Spring, or write 'open' on the class and the function, and remove @JvmOverloads";
		}
		if (GuardedMethods.isUnresolvedBridge(method, type)) {
			return "%s(%s) calls a method without the annotation, or one that Spring takes for another, as with a value class of Kotlin as a type argument, an overload for a primitive type, or -jvm-default=disable; use the type of the value inside, give the overload another name, or override the method and annotate it"
				.formatted(method.getName(),
						Arrays.stream(method.getParameterTypes())
							.map(Class::getSimpleName)
							.collect(Collectors.joining(", ")));
		}
		if (Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.anyMatch((other) -> isSpecialized(other, method) && !GuardedMethods.of(type).contains(other))) {
			return "Scala calls a method for primitive types in its place, which has no annotation; take and return other types";
		}
		if (GuardedMethods.isHidden(method, type)) {
			return "the method is visible only in the package of its class, and the bean's class is in another one; make it "
					+ "protected or public";
		}
		if ((modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0
				&& classLoader instanceof SmartClassLoader restarted && restarted.getOriginalClassLoader() != restarted
				&& method.getDeclaringClass().getClassLoader() != restarted) {
			return "the method is visible only in the package of its class, and its class is not restarted, but proxies for "
					+ "@Lazy and scopes are; make it protected or public";
		}
		if (Modifier.isFinal(type.getModifiers()) && !isOfInterface(method, type)) {
			return "its class is final; remove the modifier, in Kotlin use the 'spring' compiler plugin for a class with an annotation of Spring, and a class in place of an object, or let the class implement an interface that has the method, with @Proxyable(ProxyType.INTERFACES)";
		}
		String caller = findCaller(method, type);
		return (caller != null) ? caller : UnreadableTypes.find(method, type);
	}

	/**
	 * Find a library that calls a method on the object, past the proxy, or in a way in
	 * which no approval can be requested.
	 */
	private static @Nullable String findCaller(Method method, Class<?> type) {
		if (OF_WEB_SERVERS.stream().anyMatch(MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY)::isPresent)) {
			return "a web server can create objects of a @ServerEndpoint, @WebListener, @WebFilter or @WebServlet itself; call a guarded method of another bean";
		}
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		if (annotations.stream()
			.anyMatch((annotation) -> annotation.getType().getPackageName().equals(BATCH_LISTENERS))) {
			return "Spring Batch calls it on the object, past the proxy; call a guarded method of another bean";
		}
		if (annotations.isPresent(CONSUME)) {
			return "Camel calls a @Consume method on the object, past the proxy; call the bean in a route";
		}
		if (LibraryTypes.hierarchy(type).map(Class::getName).anyMatch(ROUTES::contains)) {
			return "flows of Spring Integration and routes of Camel call methods on the object itself, past the proxy; call a guarded method of another bean";
		}
		if (OF_RETRIES.stream().anyMatch(annotations::isPresent)) {
			return "spring-retry calls a @Recover or @Classifier method on the object, past the proxy; call a guarded method of another bean";
		}
		if (annotations.isPresent(TRANSACTIONAL_LISTENER)) {
			return "it is a @TransactionalEventListener, which is called in an open transaction or begins one, so that each call "
					+ "would be refused; let a listener with @Async and without @Transactional call a guarded method of another bean, let one "
					+ "of Spring Modulith call a durable method, or use @EventListener for a durable one";
		}
		return null;
	}

	/**
	 * Return whether a class is that of a listener of entities, of a converter, or of a
	 * component of which Axon creates the objects.
	 */
	static boolean isOfLibrary(Class<?> type) {
		Stream<AnnotatedElement> elements = Stream.concat(Stream.of(type),
				Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type)));
		return Stream
			.concat(LibraryTypes.hierarchy(type),
					elements
						.flatMap((element) -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream())
						.map(MergedAnnotation::getType))
			.anyMatch((part) -> OF_LIBRARIES.matcher(part.getName()).matches());
	}

	/**
	 * Require that Jersey takes guarded resources from Spring, which it does only for
	 * components of which there is one bean.
	 */
	static void requireComponents(Object bean, String beanName, ConfigurableListableBeanFactory beanFactory) {
		Method accessor = LibraryTypes.hierarchy(bean.getClass()).map(Class::getName).anyMatch(RESOURCES::equals)
				? ReflectionUtils.findMethod(bean.getClass(), "getClasses") : null;
		if (accessor == null || !(ReflectionUtils.invokeMethod(accessor, bean) instanceof Set<?> resources)) {
			return;
		}
		for (Object resource : resources) {
			if (resource instanceof Class<?> type && GuardedMethods.mayGuard(type)
					&& (AnnotationUtils.findAnnotation(type, Component.class) == null
							|| BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type).length != 1)) {
				throw UnguardableMethodException.withRemedy(
						"%s requires approval, but cannot be guarded: bean '%s' registers the class with Jersey, which creates the objects itself"
							.formatted(type.getName(), beanName),
						"Annotate the class with @Component, and define exactly one bean of it, without a proxy for its scope.");
			}
		}
	}

	/**
	 * Return whether Scala may call a method in place of another one, for primitive
	 * types.
	 */
	private static boolean isSpecialized(Method candidate, Method method) {
		return candidate.getName().startsWith(method.getName() + "$m") && candidate.getName().endsWith("$sp")
				&& !candidate.isBridge() && !candidate.getDeclaringClass().isInterface()
				&& candidate.getParameterCount() == method.getParameterCount()
				&& ClassUtils.isAssignable(method.getReturnType(), candidate.getReturnType())
				&& IntStream.range(0, method.getParameterCount())
					.allMatch((i) -> ClassUtils.isAssignable(method.getParameterTypes()[i],
							candidate.getParameterTypes()[i]));
	}

	/**
	 * Create the exception for a method that cannot be guarded.
	 * @param obstacle the reason why the method cannot be guarded and, after a semicolon,
	 * the remedy
	 */
	static UnguardableMethodException exception(Method method, Class<?> type, String beanName, String obstacle) {
		return UnguardableMethodException.ofObstacle("%s of bean '%s' requires approval, but cannot be guarded: "
			.formatted(Declaration.of(method, type).qualifiedName(), beanName), obstacle);
	}

	private static boolean isOfInterface(Method method, Class<?> type) {
		return ClassUtils.getInterfaceMethodIfPossible(method, type).getDeclaringClass().isInterface();
	}

}
