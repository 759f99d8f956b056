/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Reads what Hibernate puts in place of values that are not loaded yet.
 */
final class PersistentValues {

	private static final ClassValue<Boolean> proxies = implementing("org.hibernate.proxy.HibernateProxy");

	private static final ClassValue<Boolean> collections = implementing(
			"org.hibernate.collection.spi.PersistentCollection");

	private static final ClassValue<Boolean> enhanced = implementing(
			"org.hibernate.engine.spi.PersistentAttributeInterceptable");

	private PersistentValues() {
	}

	private static ClassValue<Boolean> implementing(String name) {
		return LibraryTypes
			.cache((type) -> LibraryTypes.hierarchy(type).anyMatch((current) -> current.getName().equals(name)));
	}

	/**
	 * Return the entity behind a proxy. It is loaded, if that is still possible.
	 * @param value a value that may be a proxy
	 * @return the entity, or the value itself if it is no proxy
	 */
	static Object entity(Object value) {
		if (!proxies.get(value.getClass())) {
			return value;
		}
		Object initializer = invoke(value, "getHibernateLazyInitializer");
		Object entity = (initializer != null) ? invoke(initializer, "getImplementation") : null;
		Assert.state(entity != null && !proxies.get(entity.getClass()), "A proxy stands for nothing, or for another");
		return entity;
	}

	/**
	 * Return whether a class is one of Hibernate's collections, whose elements are loaded
	 * when they are read.
	 */
	static boolean isCollection(Class<?> type) {
		return type.getName().startsWith("org.hibernate.") && collections.get(type);
	}

	/**
	 * Return whether an entity has attributes that are loaded by their accessors, so that
	 * the fields do not contain them yet.
	 */
	static boolean isPartlyLoaded(Object value) {
		Object interceptor = enhanced.get(value.getClass()) ? invoke(value, "$$_hibernate_getInterceptor") : null;
		if (interceptor == null) {
			return false;
		}
		Method method = ClassUtils.getMethodIfAvailable(interceptor.getClass(), "hasAnyUninitializedAttributes");
		return method != null && Boolean.TRUE.equals(invoke(interceptor, method.getName()));
	}

	private static @Nullable Object invoke(Object target, String name) {
		Method method = ClassUtils.getPubliclyAccessibleMethodIfPossible(ClassUtils.getMethod(target.getClass(), name),
				target.getClass());
		return ReflectionUtils.invokeMethod(method, target);
	}

}
