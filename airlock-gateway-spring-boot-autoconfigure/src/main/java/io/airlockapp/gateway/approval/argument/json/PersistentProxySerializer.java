package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Writes the entity behind Hibernate's proxy of a lazy association. The entity is loaded,
 * if that is still possible.
 */
final class PersistentProxySerializer extends ValueSerializer<Object> {

	private static final String PROXY = "org.hibernate.proxy.HibernateProxy";

	/**
	 * Return whether values of a type are proxies created by Hibernate.
	 */
	static boolean handles(Class<?> type) {
		return LibraryTypes.hierarchy(type).anyMatch((current) -> current.getName().equals(PROXY));
	}

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		context.writeValue(generator, entity(value));
	}

	/**
	 * Return the entity behind a proxy.
	 * @param value a value that may be a proxy
	 * @return the entity, or the value itself if it is no proxy
	 */
	static @Nullable Object entity(@Nullable Object value) {
		if (value == null || !handles(value.getClass())) {
			return value;
		}
		Object entity = invoke(invoke(value, "getHibernateLazyInitializer"), "getImplementation");
		Assert.state(!handles(entity.getClass()), "A proxy stands for another");
		return entity;
	}

	private static Object invoke(Object target, String name) {
		Method method = ClassUtils.getPubliclyAccessibleMethodIfPossible(ClassUtils.getMethod(target.getClass(), name),
				target.getClass());
		Object result = ReflectionUtils.invokeMethod(method, target);
		Assert.state(result != null, "A proxy stands for nothing");
		return result;
	}

}
