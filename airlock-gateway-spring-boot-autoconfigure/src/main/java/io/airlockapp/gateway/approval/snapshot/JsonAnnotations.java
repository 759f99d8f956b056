package io.airlockapp.gateway.approval.snapshot;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Reads the annotations of Jackson by which a class hides or names its fields.
 *
 * @param mixIns returns the class whose annotations are added to those of a class
 */
record JsonAnnotations(Function<Class<?>, @Nullable Class<?>> mixIns) {

	boolean areGettersDetected(Class<?> type) {
		return isDetected(type, JsonAutoDetect::getterVisibility);
	}

	boolean areFieldsDetected(Class<?> type) {
		return isDetected(type, JsonAutoDetect::fieldVisibility);
	}

	private boolean isDetected(Class<?> type, Function<JsonAutoDetect, Visibility> visibility) {
		return withMixIns(type).map((current) -> find(current, JsonAutoDetect.class))
			.filter(Objects::nonNull)
			.findFirst()
			.map((detection) -> visibility.apply(detection) != Visibility.NONE)
			.orElse(true);
	}

	/**
	 * Return whether a field is not part of the JSON.
	 */
	boolean isIgnored(Field field, Class<?> type) {
		boolean member = members(field, type).anyMatch(JsonAnnotations::isIgnored)
				|| withMixIns(field.getType()).anyMatch(JsonAnnotations::isIgnoredType);
		Set<String> names = names(field, type);
		return member || withMixIns(type).flatMap(LibraryTypes::hierarchy)
			.anyMatch((current) -> names.stream().anyMatch(ignored(current)));
	}

	private static boolean isIgnoredType(Class<?> type) {
		JsonIgnoreType ignored = find(type, JsonIgnoreType.class);
		return ignored != null && ignored.value();
	}

	private static boolean isIgnored(AnnotatedElement member) {
		JsonIgnore ignore = find(member, JsonIgnore.class);
		JsonProperty property = find(member, JsonProperty.class);
		return (ignore != null && ignore.value()) || find(member, JsonBackReference.class) != null
				|| (property != null && property.access() == JsonProperty.Access.WRITE_ONLY);
	}

	/**
	 * Find an annotation, which can be part of another one.
	 */
	private static <A extends Annotation> @Nullable A find(AnnotatedElement element, Class<A> annotation) {
		return AnnotatedElementUtils.getMergedAnnotation(element, annotation);
	}

	/**
	 * Return the names by which an annotation can refer to a field.
	 */
	Set<String> names(Field field, Class<?> type) {
		return Stream.concat(Stream.of(field.getName()),
				members(field, type).map((member) -> find(member, JsonProperty.class))
					.filter(Objects::nonNull)
					.map(JsonProperty::value)
					.filter((name) -> !name.isEmpty()))
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return a field and its accessors, as declared by the class, its superclasses,
	 * interfaces and mix-ins.
	 */
	private Stream<AnnotatedElement> members(Field field, Class<?> type) {
		String name = SensitiveMembers.property(field.getName());
		return withMixIns(type).flatMap(LibraryTypes::hierarchy)
			.distinct()
			.filter((owner) -> owner != Object.class)
			.flatMap((owner) -> Stream.<AnnotatedElement>concat(
					Arrays.stream(owner.getDeclaredFields()).filter((other) -> other.getName().equals(field.getName())),
					Arrays.stream(owner.getDeclaredMethods())
						.filter((method) -> SensitiveMembers.property(method.getName()).equals(name))));
	}

	/**
	 * Return the names of the parts of a field's value that the field ignores.
	 */
	Predicate<String> ignoredParts(Field field, Class<?> type) {
		// A predicate for each member would be evaluated for each part of each value
		return members(field, type)
			.filter((member) -> find(member, JsonIgnoreProperties.class) != null
					|| find(member, JsonIncludeProperties.class) != null)
			.map(JsonAnnotations::ignored)
			.reduce((one, other) -> one.or(other))
			.orElse((name) -> false);
	}

	private static Predicate<String> ignored(AnnotatedElement element) {
		JsonIgnoreProperties ignore = find(element, JsonIgnoreProperties.class);
		JsonIncludeProperties include = find(element, JsonIncludeProperties.class);
		// The name can be that of a naming strategy, such as snake case
		Set<String> ignored = (ignore != null)
				? Arrays.stream(ignore.value()).map(JsonAnnotations::plainName).collect(Collectors.toSet()) : Set.of();
		List<String> included = (include != null) ? List.of(include.value()) : List.of();
		return (name) -> ignored.contains(plainName(name)) || (include != null && !included.contains(name));
	}

	private static String plainName(String name) {
		return name.replaceAll("[_.-]", "").toLowerCase(Locale.ROOT);
	}

	/**
	 * Return the superclasses and interfaces of a class, each with its mix-in.
	 */
	Stream<Class<?>> withMixIns(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.flatMap((current) -> Stream.concat(Stream.of(current), Stream.ofNullable(this.mixIns.apply(current))))
			.distinct();
	}

}
