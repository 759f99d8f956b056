package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

import io.airlockapp.gateway.approval.argument.type.AsynchronousTypes;
import io.airlockapp.gateway.approval.argument.type.KotlinValueClasses;
import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.std.ToEmptyObjectSerializer;

import org.springframework.aop.SpringProxy;

/**
 * Finds the reasons why values of a type can't be shown.
 */
final class SerializabilityChecks {

	private static final String JACKSON_2 = "com.fasterxml.jackson.";

	private SerializabilityChecks() {
	}

	/**
	 * Return the reason why values of a type can't be shown.
	 * @param type the type
	 * @param serializer the serializer that would write them
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String find(Class<?> type, ValueSerializer<?> serializer) {
		if (AsynchronousTypes.isAsynchronous(type)) {
			return "the value of a %s is not there yet".formatted(type.getName());
		}
		if (restatesNumber(type)) {
			return "a %s can have another value than it shows. Pass the number itself".formatted(type.getName());
		}
		if (serializer instanceof BeanSerializerBase
				&& (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))) {
			return "a %s is written without its elements".formatted(type.getName());
		}
		if (Proxy.isProxyClass(type) || SpringProxy.class.isAssignableFrom(type)) {
			return "a proxy has state that can't be seen";
		}
		if (type.isHidden() && !type.isRecord()) {
			return "a lambda is no data";
		}
		if (type.getName().startsWith(JACKSON_2)) {
			return "a %s is no value of the JsonMapper".formatted(type.getName());
		}
		if (KotlinValueClasses.isValueClass(type) || hasValueClass(serializer)) {
			return "a %s is or has a Kotlin value class, which can't be distinguished from the value inside"
				.formatted(type.getName());
		}
		if (serializer.getClass() == ToEmptyObjectSerializer.class) {
			// For example that of a ClassLoader, all of which would be shown as the same
			return "a %s is no data".formatted(type.getName());
		}
		// Their getters seldom return their state
		return (serializer instanceof BeanSerializerBase && LibraryTypes.isOfJava(type))
				? "a %s is no data".formatted(type.getName()) : null;
	}

	/**
	 * Return whether a type inherits a number, but may show another one.
	 */
	private static boolean restatesNumber(Class<?> type) {
		return (BigDecimal.class.isAssignableFrom(type) && type != BigDecimal.class)
				|| (BigInteger.class.isAssignableFrom(type) && type != BigInteger.class);
	}

	private static boolean hasValueClass(ValueSerializer<?> serializer) {
		Iterator<PropertyWriter> properties = serializer.properties();
		while (properties.hasNext()) {
			AnnotatedMember member = properties.next().getMember();
			if (member != null && member.getMember() instanceof Method method
					&& KotlinValueClasses.hasValueClassIn(method)) {
				return true;
			}
		}
		return false;
	}

}
