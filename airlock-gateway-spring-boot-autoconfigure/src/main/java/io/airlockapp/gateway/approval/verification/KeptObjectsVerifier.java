/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses beans of Spring's libraries for messages, jobs and requests that keep an object
 * with guarded methods and without the guard, such as a {@code MessageListenerAdapter} of
 * an object that is no bean. They can call it by the name of a method, which no reference
 * in its code shows. A flow or a container of listeners consists of many objects of its
 * library, all of which are read.
 */
public final class KeptObjectsVerifier implements BeanPostProcessor, SchedulingConfigurer, SmartLifecycle {

	private static final Pattern LIBRARIES = Pattern
		.compile("org\\.springframework\\.(amqp|batch|data\\.redis|integration|jms|kafka|pulsar|scheduling"
				+ "|web\\.reactive\\.function\\.server|web\\.servlet\\.function|web\\.socket)\\..+");

	private final ApprovalGuardVerifier guardVerifier;

	private volatile boolean running;

	/**
	 * Create a verifier.
	 * @param guardVerifier the verifier of the objects
	 */
	public KeptObjectsVerifier(ApprovalGuardVerifier guardVerifier) {
		this.guardVerifier = guardVerifier;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Verify the beans that exist before any of them is started: until then, configurers
	 * add listeners to them.
	 * @throws UnguardableMethodException if one keeps an object without the guard
	 */
	@Override
	public void start() {
		ExistingBeans.forEach(this.guardVerifier.getBeanFactory(), KeptObjectsVerifier::verify);
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	/**
	 * Verify a bean that is created later.
	 * @throws UnguardableMethodException if it keeps an object without the guard
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.running) {
			verify(bean, beanName);
		}
		return bean;
	}

	/**
	 * Verify the tasks that the configurers before this one, which has the lowest
	 * precedence, have registered and that are not scheduled yet.
	 * @throws UnguardableMethodException if one calls an object without the guard
	 */
	@Override
	public void configureTasks(ScheduledTaskRegistrar taskRegistrar) {
		requireGuarded(taskRegistrar, "A task of a SchedulingConfigurer");
	}

	private static void verify(Object bean, String beanName) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		Object object = (target != null) ? target : bean;
		if (isOfLibrary(object) || isFunction(object)) {
			requireGuarded(bean, "Bean '%s'".formatted(beanName));
		}
	}

	private static void requireGuarded(Object keeper, String description) {
		Set<Object> kept = readAll(keeper);
		// A polling endpoint also keeps the target of its source, but does not call it
		Set<Object> targets = identitySet();
		kept.stream().map(AopProxyUtils::getSingletonTarget).filter(Objects::nonNull).forEach(targets::add);
		kept.stream()
			.filter((each) -> !targets.contains(each) && GuardedProxies.isUnguarded(each))
			.findFirst()
			.ifPresent((unguarded) -> {
				throw UnguardableMethodException.withRemedy(
						"%s keeps an object that requires approval by %s, but cannot be guarded: it is called past the proxy, or is no bean"
							.formatted(description, GuardedProxies.userClass(unguarded).getName()),
						"Define the object as a bean of another class than the one that uses it, and inject it.");
			});
	}

	/**
	 * Return whether an object is a lambda expression or method reference that Spring
	 * Cloud Function calls.
	 */
	private static boolean isFunction(Object object) {
		return ClassUtils.isLambdaClass(object.getClass())
				&& (object instanceof Function || object instanceof Consumer || object instanceof Supplier);
	}

	private static boolean isOfLibrary(Object object) {
		Class<?> type = object.getClass();
		while (type != null && !LIBRARIES.matcher(type.getName()).matches()) {
			type = type.getSuperclass();
		}
		return type != null;
	}

	private static Set<Object> readAll(Object bean) {
		Set<Object> read = identitySet();
		Deque<Object> remaining = new ArrayDeque<>(List.of(bean));
		while (!remaining.isEmpty()) {
			Object object = remaining.pop();
			if (read.add(object)) {
				readParts(object).forEach(remaining::push);
			}
		}
		return read;
	}

	private static Stream<?> readParts(Object object) {
		Stream<?> elements = GuardedProxies.parts(object);
		if (elements != null) {
			return elements.filter(Objects::nonNull);
		}
		if (ClassUtils.isLambdaClass(object.getClass())) {
			return readFields(object).stream().filter((value) -> !isCreatedIn(object.getClass(), value.getClass()));
		}
		Stream<?> target = Stream.ofNullable(AopProxyUtils.getSingletonTarget(object));
		return isOfLibrary(object) ? Stream.concat(readFields(object).stream(), target) : target;
	}

	/**
	 * Return whether a lambda expression is one of a class itself, whose calls are found
	 * in its code.
	 */
	private static boolean isCreatedIn(Class<?> lambda, Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.anyMatch((each) -> lambda.getName().startsWith(each.getName() + ClassUtils.CGLIB_CLASS_SEPARATOR));
	}

	private static List<Object> readFields(Object object) {
		List<Object> values = new ArrayList<>();
		try {
			ReflectionUtils.doWithFields(object.getClass(), (field) -> {
				field.setAccessible(true);
				Object value = field.get(object);
				if (value != null) {
					values.add(value);
				}
			}, (field) -> !Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()
					&& (field.getDeclaringClass().getName().startsWith("org.springframework.")
							|| ClassUtils.isLambdaClass(object.getClass())));
		}
		catch (IllegalStateException | InaccessibleObjectException ex) {
			// Types of its fields are missing, or its module is closed
		}
		return values;
	}

	private static Set<Object> identitySet() {
		return Collections.newSetFromMap(new IdentityHashMap<>());
	}

}
