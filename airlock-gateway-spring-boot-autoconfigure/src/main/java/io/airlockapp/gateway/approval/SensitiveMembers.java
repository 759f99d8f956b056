package io.airlockapp.gateway.approval;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Knows which members of types are {@link AirlockSensitive}: a field is so if its getter
 * is, and the other way round.
 */
final class SensitiveMembers {

	/**
	 * Kept with each class, so that those of an application that was restarted can go.
	 */
	private static final ClassValue<Set<String>> properties = new ClassValue<>() {

		@Override
		protected Set<String> computeValue(Class<?> type) {
			return find(type);
		}

	};

	private SensitiveMembers() {
	}

	/**
	 * Return whether a member is sensitive.
	 * @param type the type
	 * @param member the name of a property or of a method without parameters
	 */
	static boolean has(Class<?> type, String member) {
		Set<String> sensitive = properties.get(type);
		return sensitive.contains(member) || sensitive.contains(property(member));
	}

	/**
	 * Return whether the text form of a value may show something sensitive.
	 * @param value the value
	 */
	static boolean mayShow(@Nullable Object value) {
		if (value == null) {
			return false;
		}
		if (!properties.get(value.getClass()).isEmpty()) {
			return true;
		}
		return elements(value).anyMatch(SensitiveMembers::mayShow);
	}

	private static Stream<?> elements(Object value) {
		if (value instanceof Iterable<?> iterable && !(value instanceof Path)) {
			return StreamSupport.stream(iterable.spliterator(), false);
		}
		if (value instanceof Map<?, ?> map) {
			return Stream.concat(map.keySet().stream(), map.values().stream());
		}
		if (value instanceof Optional<?> optional) {
			return optional.stream();
		}
		return value.getClass().isArray()
				? IntStream.range(0, Array.getLength(value)).mapToObj((index) -> Array.get(value, index))
				: Stream.empty();
	}

	private static Set<String> find(Class<?> type) {
		if (type.getName().startsWith("java.")) {
			return Set.of();
		}
		Stream<String> methods = Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> method.getParameterCount() == 0 && isSensitive(method))
			.map(Method::getName)
			.flatMap((name) -> Stream.of(name, property(name)));
		Stream<String> fields = Stream.<Class<?>>iterate(type, (parent) -> parent != null, Class::getSuperclass)
			.flatMap((parent) -> Arrays.stream(parent.getDeclaredFields()))
			.filter(SensitiveMembers::isSensitive)
			.map(Field::getName);
		return Stream.concat(methods, fields).collect(Collectors.toUnmodifiableSet());
	}

	private static boolean isSensitive(AnnotatedElement element) {
		return AnnotatedElementUtils.hasAnnotation(element, AirlockSensitive.class);
	}

	private static String property(String method) {
		for (String prefix : new String[] { "get", "is" }) {
			if (method.startsWith(prefix) && method.length() > prefix.length()) {
				return StringUtils.uncapitalizeAsProperty(method.substring(prefix.length()));
			}
		}
		return method;
	}

}
