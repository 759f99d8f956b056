package io.airlockapp.gateway.approval;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Knows which members of types are {@link AirlockSensitive}: a field is so if its getter
 * or the constructor's parameter of its name is, and the other way round.
 */
final class SensitiveMembers {

	/**
	 * Stands for every member, where it isn't known which one a parameter's annotation is
	 * about.
	 */
	private static final String ANY = "*";

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
		return sensitive.contains(member) || sensitive.contains(property(member)) || sensitive.contains(ANY);
	}

	/**
	 * Return whether any member is sensitive.
	 * @param type the type
	 */
	static boolean isIn(Class<?> type) {
		return !properties.get(type).isEmpty();
	}

	private static Set<String> find(Class<?> type) {
		if (type.getName().startsWith("java.")) {
			return Set.of();
		}
		Stream<String> methods = Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> method.getParameterCount() == 0 && isSensitive(method))
			.map(Method::getName)
			.flatMap((name) -> Stream.of(name, property(name)));
		Stream<String> fieldsAndParameters = Stream
			.<Class<?>>iterate(type, (parent) -> parent != null, Class::getSuperclass)
			.flatMap((parent) -> Stream.concat(fields(parent), parameters(parent)));
		return Stream.concat(methods, fieldsAndParameters).collect(Collectors.toUnmodifiableSet());
	}

	private static Stream<String> fields(Class<?> type) {
		return Arrays.stream(type.getDeclaredFields()).filter(SensitiveMembers::isSensitive).map(Field::getName);
	}

	/**
	 * Return the parameters of constructors, which is where Kotlin leaves the annotation
	 * of a property. Those of a record's are on its members too.
	 */
	private static Stream<String> parameters(Class<?> type) {
		return type.isRecord() ? Stream.empty()
				: Arrays.stream(type.getDeclaredConstructors()).flatMap(SensitiveMembers::parameters);
	}

	private static Stream<String> parameters(Constructor<?> constructor) {
		Parameter[] parameters = constructor.getParameters();
		@Nullable String[] names = MethodArguments.PARAMETER_NAMES.getParameterNames(constructor);
		return IntStream.range(0, parameters.length)
			.filter((i) -> isSensitive(parameters[i]))
			.mapToObj((i) -> (names != null && names[i] != null) ? names[i] : ANY);
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
