package io.airlockapp.gateway.approval.snapshot;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the members of types that are {@link AirlockSensitive}. An annotation on a field,
 * its accessors, or the constructor parameter of its name applies to all of them.
 */
final class SensitiveMembers {

	/**
	 * Represents every member, if the member of an annotated parameter is unknown.
	 */
	private static final String ANY = "*";

	private static final ParameterNameDiscoverer parameterNames = new DefaultParameterNameDiscoverer();

	/**
	 * Stored with each class, so that the classes of a restarted application can be
	 * unloaded.
	 */
	private static final ClassValue<SensitiveMembers> members = new ClassValue<>() {

		@Override
		protected SensitiveMembers computeValue(Class<?> type) {
			return new SensitiveMembers(find(type));
		}

	};

	private final Set<String> sensitive;

	private SensitiveMembers(Set<String> sensitive) {
		this.sensitive = sensitive;
	}

	/**
	 * Return whether a member is sensitive.
	 * @param type the type
	 * @param member the name of a property or of a method without parameters
	 */
	static boolean has(Class<?> type, String member) {
		Set<String> sensitive = members.get(type).sensitive;
		return sensitive.contains(property(member)) || sensitive.contains(ANY);
	}

	/**
	 * Return whether a member is sensitive that is none of the given ones.
	 * @param type the type
	 * @param names the names of the known members, as of {@link #property}
	 */
	static boolean hasOtherThan(Class<?> type, Set<String> names) {
		return !names.containsAll(members.get(type).sensitive);
	}

	/**
	 * Return whether Kotlin's constructor parameter for a property is left out.
	 * @param field the field of the property
	 */
	static boolean isOmittedParameter(Field field) {
		return Arrays.stream(field.getDeclaringClass().getDeclaredConstructors())
			.flatMap((constructor) -> parameters(constructor, AirlockOmitted.class))
			.anyMatch(field.getName()::equals);
	}

	private static Set<String> find(Class<?> type) {
		Class<? extends Annotation> annotation = AirlockSensitive.class;
		if (LibraryTypes.isOfJava(type)) {
			return Set.of();
		}
		try {
			List<Method> methods = Stream.concat(Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type)),
					ClassUtils.getAllInterfacesForClassAsSet(type)
						.stream()
						.flatMap((inherited) -> Arrays.stream(inherited.getMethods())))
				.toList();
			List<Class<?>> parents = Stream.<Class<?>>iterate(type, (parent) -> parent != null, Class::getSuperclass)
				.toList();
			List<Field> fields = parents.stream()
				.flatMap((parent) -> Arrays.stream(parent.getDeclaredFields()))
				.toList();
			Set<String> names = Stream
				.concat(fields.stream().map(Field::getName), methods.stream().map(Method::getName))
				.map(SensitiveMembers::property)
				.collect(Collectors.toSet());
			Stream<String> parameters = parents.stream()
				.flatMap((parent) -> Arrays.stream(parent.getDeclaredConstructors()))
				.flatMap((constructor) -> parameters(constructor, annotation))
				.map((name) -> names.contains(property(name)) ? name : ANY);
			Stream<String> members = Stream.concat(
					fields.stream().filter((field) -> isMarked(field, annotation)).map(Field::getName),
					methods.stream().filter((method) -> isMarkedAccessor(method, annotation)).map(Method::getName));
			return Stream.concat(members, parameters)
				.map(SensitiveMembers::property)
				.collect(Collectors.toUnmodifiableSet());
		}
		catch (LinkageError | IllegalStateException ex) {
			// A referenced type is missing, so the members are unknown
			return Set.of(ANY);
		}
	}

	private static boolean isMarkedAccessor(Method method, Class<? extends Annotation> annotation) {
		int parameters = method.getParameterCount();
		boolean setter = parameters == 1 && method.getName().startsWith("set");
		return (parameters == 0 && isMarked(method, annotation)) || (setter
				&& (isMarked(method, annotation) || isMarked(method.getParameterAnnotations()[0], annotation)));
	}

	/**
	 * Return the names of the annotated parameters of a constructor, where Kotlin puts
	 * the annotation of a property.
	 */
	private static Stream<String> parameters(Constructor<?> constructor, Class<? extends Annotation> annotation) {
		Annotation[][] annotations = constructor.getParameterAnnotations();
		List<String> names = names(constructor);
		return IntStream.range(0, annotations.length)
			.filter((i) -> isMarked(annotations[i], annotation))
			.mapToObj((i) -> (names.size() == annotations.length) ? names.get(i) : ANY);
	}

	private static List<String> names(Constructor<?> constructor) {
		Class<?> type = constructor.getDeclaringClass();
		if (type.isRecord() && constructor.getParameterCount() == type.getRecordComponents().length) {
			return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
		}
		@Nullable String[] names = parameterNames.getParameterNames(constructor);
		return (names != null) ? Arrays.stream(names).map((name) -> Objects.requireNonNullElse(name, ANY)).toList()
				: List.of();
	}

	private static boolean isMarked(Annotation[] annotations, Class<? extends Annotation> annotation) {
		return AnnotatedElementUtils.isAnnotated(AnnotatedElementUtils.forAnnotations(annotations), annotation);
	}

	private static boolean isMarked(AnnotatedElement element, Class<? extends Annotation> annotation) {
		return AnnotatedElementUtils.hasAnnotation(element, annotation);
	}

	/**
	 * Return the property of a field or method, in lower case, since libraries derive
	 * different names from {@code getIBAN} and {@code geteMail}.
	 */
	static String property(String member) {
		for (String prefix : new String[] { "get", "set", "is" }) {
			if (member.startsWith(prefix) && member.length() > prefix.length()
					&& !Character.isLowerCase(member.charAt(prefix.length()))) {
				return member.substring(prefix.length()).toLowerCase(Locale.ROOT);
			}
		}
		return member.toLowerCase(Locale.ROOT);
	}

}
