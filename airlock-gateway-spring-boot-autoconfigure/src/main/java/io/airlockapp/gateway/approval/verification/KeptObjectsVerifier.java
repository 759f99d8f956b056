/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
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
public final class KeptObjectsVerifier implements BeanPostProcessor, SmartLifecycle {

	private static final String TASKS = "airlockScheduledTasksVerifier";

	private static final Pattern LIBRARIES = Pattern
		.compile("org\\.springframework\\.(amqp|batch|data\\.redis|integration|jms|kafka|messaging|pulsar|scheduling"
				+ "|web\\.reactive\\.function\\.server|web\\.servlet\\.function|web\\.socket)\\..+");

	private final ConfigurableListableBeanFactory beanFactory;

	private volatile boolean running;

	/**
	 * Create a verifier.
	 * @param guardVerifier the verifier of the objects
	 */
	public KeptObjectsVerifier(ApprovalGuardVerifier guardVerifier) {
		this.beanFactory = guardVerifier.getBeanFactory();
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
		Set<Object> read = identitySet();
		ExistingBeans.forEach(this.beanFactory, (bean, beanName) -> verify(bean, beanName, read));
		if (!this.beanFactory.containsSingleton(TASKS)) {
			// Of configurers without an order, Spring calls that of the last bean last
			this.beanFactory.registerSingleton(TASKS, (SchedulingConfigurer) this::verifyTasks);
		}
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
	}

	/**
	 * Verify a bean that is created later, or that is no singleton, which the factory
	 * does not keep.
	 * @throws UnguardableMethodException if it keeps an object without the guard
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.running || !isSingleton(beanName)) {
			verify(bean, beanName, identitySet());
		}
		return bean;
	}

	private boolean isSingleton(String beanName) {
		return this.beanFactory.containsBeanDefinition(beanName)
				&& this.beanFactory.getMergedBeanDefinition(beanName).isSingleton();
	}

	/**
	 * Verify the tasks that all configurers have registered and that are not scheduled
	 * yet.
	 * @throws UnguardableMethodException if one calls an object without the guard
	 */
	private void verifyTasks(ScheduledTaskRegistrar taskRegistrar) {
		requireGuarded(taskRegistrar, "A task of a SchedulingConfigurer", identitySet());
	}

	private void verify(Object bean, String beanName, Set<Object> read) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		Object object = (target != null) ? target : bean;
		if (isOfLibrary(object) || isFunction(object)) {
			requireGuarded(bean, "Bean '%s'".formatted(beanName), read);
		}
	}

	/**
	 * Require that an object, and all that it keeps, is guarded.
	 * @param read the objects that were read before, and are not read again
	 */
	private void requireGuarded(Object keeper, String description, Set<Object> read) {
		readAll(keeper, read).stream().filter(GuardedProxies::isUnguarded).findFirst().ifPresent((unguarded) -> {
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

	private List<Object> readAll(Object keeper, Set<Object> read) {
		List<Object> added = new ArrayList<>();
		Deque<Object> remaining = new ArrayDeque<>(List.of(keeper));
		while (!remaining.isEmpty()) {
			Object object = remaining.pop();
			if (read.add(object)) {
				added.add(object);
				readParts(object).forEach(remaining::push);
			}
		}
		return added;
	}

	private Stream<?> readParts(Object object) {
		Stream<?> elements = GuardedProxies.parts(object);
		if (elements != null) {
			// Spring finds the tasks of a bean by its target
			Stream<?> read = (object instanceof Map<?, ?> map)
					? Stream.concat(Arrays.stream(map.keySet().toArray()).filter((key) -> !isTarget(key)),
							Arrays.stream(map.values().toArray()))
					: elements;
			return read.filter(Objects::nonNull);
		}
		if (ClassUtils.isLambdaClass(object.getClass())) {
			return readFields(object).stream()
				.filter((value) -> !(isCreatedIn(object.getClass(), value.getClass()) && isTarget(value)));
		}
		// The target of a proxy is not kept by itself
		Object target = AopProxyUtils.getSingletonTarget(object);
		if (target != null) {
			return readParts(target);
		}
		return isOfLibrary(object) ? withoutTargets(readFields(object)) : Stream.empty();
	}

	/**
	 * Leave out the targets of proxies in other fields of an object: a polling endpoint
	 * also keeps the target of its source, but does not call it.
	 */
	private static Stream<Object> withoutTargets(List<Object> values) {
		Set<Object> targets = identitySet();
		values.stream().map(AopProxyUtils::getSingletonTarget).filter(Objects::nonNull).forEach(targets::add);
		return values.stream().filter((value) -> !targets.contains(value));
	}

	/**
	 * Return whether a lambda expression is one of a class itself, whose calls are found
	 * in its code if the object is a bean.
	 */
	private static boolean isCreatedIn(Class<?> lambda, Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.anyMatch((each) -> lambda.getName().startsWith(each.getName() + ClassUtils.CGLIB_CLASS_SEPARATOR));
	}

	/**
	 * Return whether an object has guarded methods and is that of a bean, and not its
	 * proxy.
	 */
	private boolean isTarget(@Nullable Object object) {
		if (object == null || !GuardedProxies.isUnguarded(object)) {
			return false;
		}
		Set<Object> targets = identitySet();
		ExistingBeans.forEach(this.beanFactory,
				(bean, beanName) -> Stream.iterate(bean, Objects::nonNull, AopProxyUtils::getSingletonTarget)
					.forEach(targets::add));
		return targets.contains(object) || LockedClasses.isLocked(object);
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
