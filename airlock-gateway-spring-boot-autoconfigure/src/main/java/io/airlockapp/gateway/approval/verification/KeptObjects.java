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
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses beans of Spring's libraries for messages and jobs that keep an object with
 * guarded methods and without the guard, such as a {@code MessageListenerAdapter} of an
 * object that is no bean. They can call it by the name of a method, which no reference in
 * its code shows. A flow or a container of listeners consists of many objects of its
 * library, all of which are read.
 */
final class KeptObjects {

	private static final Pattern LIBRARIES = Pattern
		.compile("org\\.springframework\\.(amqp|batch|data\\.redis|integration|jms|kafka|pulsar|scheduling)\\..+");

	private KeptObjects() {
	}

	/**
	 * Require that a bean keeps no object without the guard.
	 * @throws UnguardableMethodException if it does
	 */
	static void requireGuarded(Object bean, String beanName) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		if (!isOfLibrary((target != null) ? target : bean)) {
			return;
		}
		Set<Object> kept = readAll(bean);
		// A polling endpoint also keeps the target of its source, but does not call it
		Set<Object> targets = identitySet();
		kept.stream().map(AopProxyUtils::getSingletonTarget).filter(Objects::nonNull).forEach(targets::add);
		kept.stream()
			.filter((object) -> !targets.contains(object) && GuardedProxies.isUnguarded(object))
			.findFirst()
			.ifPresent((object) -> {
				throw UnguardableMethodException.withRemedy(
						"Bean '%s' keeps an object that requires approval by %s, but cannot be guarded: the bean calls it past the proxy, or it is no bean"
							.formatted(beanName, GuardedProxies.userClass(object).getName()),
						"Define the object as a bean of another class than the one that uses it, and inject it.");
			});
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
		Stream<?> target = Stream.ofNullable(AopProxyUtils.getSingletonTarget(object));
		return (isOfLibrary(object) || ClassUtils.isLambdaClass(object.getClass()))
				? Stream.concat(readFields(object).stream(), target) : target;
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
