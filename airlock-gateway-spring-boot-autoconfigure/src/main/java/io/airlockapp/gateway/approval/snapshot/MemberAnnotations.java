/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.beans.Transient;
import java.lang.annotation.Annotation;
import java.lang.annotation.AnnotationFormatError;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import io.airlockapp.gateway.approval.AirlockSensitive;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;

/**
 * Holds the annotations by which a class hides or names its fields. One on a field, its
 * accessors, or the constructor parameter of its name applies to all of them, also in
 * superclasses, interfaces and mix-ins.
 */
final class MemberAnnotations {

	/**
	 * Represents the member of an annotated parameter whose name is unknown.
	 */
	private static final String UNKNOWN = "*";

	private static final Pattern ACCESSOR = Pattern
		.compile("^(?:get|set|is)((?:\\P{javaLowerCase}|\\p{javaLowerCase}\\p{javaUpperCase}).*)");

	private final Function<Class<?>, Stream<Class<?>>> mixIns;

	private final List<Class<?>> owners;

	/**
	 * The fields, methods and annotated parameters by the property to which they belong.
	 */
	private final Map<String, List<AnnotatedElement>> members;

	private final Set<String> sensitive;

	private final Predicate<String> ignored;

	/**
	 * Create an instance.
	 * @param type the class
	 * @param mixIns returns the classes whose annotations are added to those of a class
	 */
	MemberAnnotations(Class<?> type, Function<Class<?>, Stream<Class<?>>> mixIns) {
		this.mixIns = mixIns;
		this.owners = withMixIns(type).flatMap(LibraryTypes::hierarchy)
			.distinct()
			.filter((owner) -> !LibraryTypes.isOfJava(owner))
			.toList();
		this.members = this.owners.stream()
			.flatMap((owner) -> members(owner, owner.isAssignableFrom(type)))
			.collect(Collectors.groupingBy(Map.Entry::getKey,
					Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
		this.sensitive = this.members.entrySet()
			.stream()
			.filter((property) -> property.getValue().stream().anyMatch((member) -> isSensitive(property, member)))
			.map(Map.Entry::getKey)
			.collect(Collectors.toUnmodifiableSet());
		this.ignored = ignored(this.owners).or(this.members.values()
			.stream()
			.flatMap(List::stream)
			.filter(MemberAnnotations::isIgnored)
			.flatMap(MemberAnnotations::jsonName)
			.collect(Collectors.toUnmodifiableSet())::contains);
	}

	/**
	 * Return the superclasses and interfaces of a class, each with its mix-ins.
	 */
	private Stream<Class<?>> withMixIns(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.flatMap((current) -> Stream.concat(Stream.of(current), this.mixIns.apply(current)));
	}

	/**
	 * Return the members of a class by their property.
	 * @param owner the class
	 * @param named whether the names of parameters are those of properties
	 */
	private static Stream<Map.Entry<String, AnnotatedElement>> members(Class<?> owner, boolean named) {
		Stream<Executable> executables = Stream.concat(Arrays.stream(owner.getDeclaredConstructors()),
				Arrays.stream(owner.getDeclaredMethods()).filter((method) -> !method.isBridge()));
		return Stream.concat(members(owner).map((member) -> Map.entry(property(member.getKey()), member.getValue())),
				executables.flatMap((executable) -> parameters(executable)
					.flatMap((parameter) -> properties(executable, named ? parameter.getKey() : UNKNOWN)
						.map((property) -> Map.entry(property, parameter.getValue())))));
	}

	private static Stream<Map.Entry<String, AnnotatedElement>> members(Class<?> owner) {
		return Stream
			.<AccessibleObject>concat(Arrays.stream(owner.getDeclaredFields()),
					Arrays.stream(owner.getDeclaredMethods()))
			.map((member) -> Map.entry(((Member) member).getName(), member));
	}

	/**
	 * Return the properties of a parameter. That of a setter is the property of the
	 * method. Another method with one parameter can assign it to a field of another name,
	 * which is not known.
	 */
	private static Stream<String> properties(Executable executable, String parameter) {
		String property = property(parameter);
		String method = executable.getName();
		if (executable instanceof Constructor || executable.getParameterCount() > 1) {
			return Stream.of(property);
		}
		if (method.startsWith("set") && ACCESSOR.matcher(method).matches()) {
			return Stream.of(property(method));
		}
		return property(method).equals(property) ? Stream.of(property) : Stream.of(property, UNKNOWN);
	}

	/**
	 * Return whether a member is sensitive, or hidden although its name is not known.
	 */
	private static boolean isSensitive(Map.Entry<String, ?> property, AnnotatedElement member) {
		return member.isAnnotationPresent(AirlockSensitive.class)
				|| (property.getKey().equals(UNKNOWN) && isIgnored(member));
	}

	/**
	 * Return the property of a field or method, in lower case, since libraries derive
	 * different names from {@code getIBAN} and {@code geteMail}.
	 */
	static String property(String member) {
		return ACCESSOR.matcher(member).replaceFirst("$1").toLowerCase(Locale.ROOT);
	}

	/**
	 * Return the properties to which a member of a field may belong: the getter of a
	 * field {@code isActive} is {@code isActive} or {@code getIsActive}.
	 */
	static Set<String> properties(String field) {
		return Stream.of(property(field), field.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
	}

	private List<AnnotatedElement> of(Field field) {
		return properties(field.getName()).stream()
			.flatMap((property) -> this.members.getOrDefault(property, List.of()).stream())
			.toList();
	}

	/**
	 * Return whether something is sensitive that belongs to none of the given fields.
	 */
	boolean isSensitiveBesides(List<Field> fields) {
		List<String> known = fields.stream().flatMap((field) -> properties(field.getName()).stream()).toList();
		return !known.containsAll(this.sensitive);
	}

	/**
	 * Return the annotated parameters of constructors by name. Kotlin puts the annotation
	 * of a property there.
	 */
	static Stream<Map.Entry<String, AnnotatedElement>> constructorParameters(Class<?> type) {
		return Arrays.stream(type.getDeclaredConstructors()).flatMap(MemberAnnotations::parameters);
	}

	private static Stream<Map.Entry<String, AnnotatedElement>> parameters(Executable executable) {
		Annotation[][] annotations = executable.getParameterAnnotations();
		return IntStream.range(0, annotations.length)
			.filter((i) -> annotations[i].length > 0)
			.mapToObj((i) -> Map.entry(
					(annotations.length == executable.getParameterCount()) ? name(executable, i) : UNKNOWN,
					AnnotatedElementUtils.forAnnotations(annotations[i])));
	}

	private static String name(Executable executable, int index) {
		RecordComponent[] components = executable.getDeclaringClass().getRecordComponents();
		// Another constructor can have as many parameters, in another order
		if (executable instanceof Constructor<?> && components != null && Arrays.equals(
				Arrays.stream(components).map(RecordComponent::getType).toArray(), executable.getParameterTypes())) {
			return components[index].getName();
		}
		@Nullable String[] names = (executable instanceof Method method)
				? MethodArguments.PARAMETER_NAMES.getParameterNames(method)
				: MethodArguments.PARAMETER_NAMES.getParameterNames((Constructor<?>) executable);
		String name = (names != null && names.length == executable.getParameterCount()) ? names[index] : null;
		return (name != null) ? name : UNKNOWN;
	}

	/**
	 * Return whether Jackson detects members of a kind.
	 * @param visibility returns the visibility of members of the kind
	 */
	boolean areDetected(Function<JsonAutoDetect, Visibility> visibility) {
		return this.owners.stream()
			.flatMap((owner) -> all(owner, JsonAutoDetect.class))
			.noneMatch((detection) -> visibility.apply(detection) == Visibility.NONE);
	}

	/**
	 * Return whether the property of a setter of a bean is sensitive. A parameter of
	 * another method that has its name belongs to that method.
	 */
	static boolean isSensitive(Class<?> type, String setter) {
		Set<String> properties = properties(StringUtils.uncapitalize(setter.substring("set".length())));
		return LibraryTypes.hierarchy(type)
			.filter((owner) -> !LibraryTypes.isOfJava(owner))
			.anyMatch((owner) -> isSensitive(owner, properties));
	}

	private static boolean isSensitive(Class<?> owner, Set<String> properties) {
		try {
			return Stream.concat(members(owner), constructorParameters(owner))
				.anyMatch((member) -> properties.contains(property(member.getKey()))
						&& member.getValue().isAnnotationPresent(AirlockSensitive.class));
		}
		catch (LinkageError | AnnotationFormatError | TypeNotPresentException ex) {
			// A bean has no state of which a missing type would be part
			return false;
		}
	}

	boolean isSensitive(Field field) {
		return properties(field.getName()).stream().anyMatch(this.sensitive::contains);
	}

	/**
	 * Return whether a field is sensitive, or not part of the JSON.
	 */
	boolean isHidden(Field field) {
		return isSensitive(field) || names(field).stream().anyMatch(this.ignored)
				|| of(field).stream().anyMatch(MemberAnnotations::isIgnored) || isHidden(withMixIns(field.getType()));
	}

	/**
	 * Return whether the values of the class are not part of the JSON.
	 */
	boolean isTypeHidden() {
		return isHidden(this.owners.stream());
	}

	private static boolean isHidden(Stream<Class<?>> types) {
		return types.flatMap((type) -> all(type, JsonIgnoreType.class)).anyMatch(JsonIgnoreType::value);
	}

	private static boolean isIgnored(AnnotatedElement member) {
		return all(member, JsonIgnore.class).anyMatch(JsonIgnore::value)
				|| all(member, Transient.class).anyMatch(Transient::value)
				|| all(member, JsonBackReference.class).findAny().isPresent() || all(member, JsonProperty.class)
					.anyMatch((property) -> property.access() == JsonProperty.Access.WRITE_ONLY);
	}

	/**
	 * Return the names by which an annotation can refer to a field.
	 */
	Set<String> names(Field field) {
		return Stream.concat(Stream.of(field.getName()), of(field).stream().flatMap(MemberAnnotations::jsonName))
			.collect(Collectors.toUnmodifiableSet());
	}

	private static Stream<String> jsonName(AnnotatedElement member) {
		return Stream
			.of(all(member, JsonProperty.class).map(JsonProperty::value),
					all(member, JsonGetter.class).map(JsonGetter::value),
					all(member, JsonSetter.class).map(JsonSetter::value))
			.flatMap(Function.identity())
			.filter((name) -> !name.isEmpty());
	}

	/**
	 * Return the names of the parts of a field's value that the field ignores.
	 */
	Predicate<String> ignoredParts(Field field) {
		return ignored(of(field));
	}

	/**
	 * Return the names of the parts that the class ignores.
	 */
	Predicate<String> ignoredParts() {
		return this.ignored;
	}

	private static Predicate<String> ignored(List<? extends AnnotatedElement> elements) {
		// Nothing is evaluated for elements without an annotation
		return elements.stream().flatMap(MemberAnnotations::ignored).reduce(Predicate::or).orElse((name) -> false);
	}

	private static Stream<Predicate<String>> ignored(AnnotatedElement element) {
		return Stream.concat(all(element, JsonIgnoreProperties.class).map((ignore) -> {
			// The name can be that of a naming strategy, such as snake case
			Set<String> ignored = Arrays.stream(ignore.value())
				.map(MemberAnnotations::plainName)
				.collect(Collectors.toSet());
			// That of a field isActive is active
			return (name) -> ignored.contains(plainName(name)) || ignored.contains(plainName(property(name)));
		}), all(element, JsonIncludeProperties.class).map((include) -> {
			List<String> included = List.of(include.value());
			return (name) -> !included.contains(name);
		}));
	}

	private static String plainName(String name) {
		return name.replaceAll("[_.-]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Return the annotations of a type, also those that are part of others, as Jackson
	 * reads them. Spring ignores an annotation with a value that cannot be loaded.
	 */
	private static <A extends Annotation> Stream<A> all(AnnotatedElement element, Class<A> annotation) {
		return all(element, annotation, new HashSet<>());
	}

	private static <A extends Annotation> Stream<A> all(AnnotatedElement element, Class<A> annotation,
			Set<Class<?>> types) {
		return Arrays.stream(element.getAnnotations())
			.flatMap((each) -> annotation.isInstance(each) ? Stream.of(annotation.cast(each))
					: types.add(each.annotationType()) ? all(each.annotationType(), annotation, types)
							: Stream.empty());
	}

}
