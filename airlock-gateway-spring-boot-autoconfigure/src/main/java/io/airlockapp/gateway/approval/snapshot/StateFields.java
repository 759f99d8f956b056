package io.airlockapp.gateway.approval.snapshot;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import io.airlockapp.gateway.approval.AirlockOmitted;
import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.NativeDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Finds the fields that are the state of a class, and what an approver sees of each. A
 * field is shown if a reader of the class can see it, and nothing says otherwise.
 */
public final class StateFields {

	/**
	 * The prefix of the fields that Hibernate adds to entities.
	 */
	private static final String ENHANCEMENT = "$$_hibernate_";

	/**
	 * Types of Spring whose fields are the data by which users identify their objects.
	 */
	private static final Set<String> SHOWN_OF_SPRING = Set.of(
			"org.springframework.data.domain.ExampleMatcher$PropertySpecifiers",
			"org.springframework.data.domain.Limit$Limited", "org.springframework.data.domain.Limit$Unlimited",
			"org.springframework.data.domain.OffsetScrollPosition", "org.springframework.data.domain.PageImpl",
			"org.springframework.data.domain.PageRequest", "org.springframework.data.domain.SliceImpl",
			"org.springframework.data.domain.Sort", "org.springframework.data.domain.Sort$Order",
			"org.springframework.data.domain.TypedExampleMatcher", "org.springframework.data.domain.Unpaged",
			"org.springframework.http.CacheControl", "org.springframework.http.HttpEntity",
			"org.springframework.http.HttpRange$ByteRange", "org.springframework.http.HttpRange$SuffixByteRange",
			"org.springframework.http.ProblemDetail", "org.springframework.http.RequestEntity",
			"org.springframework.http.ResponseEntity", "org.springframework.scheduling.support.CronTrigger",
			"org.springframework.scheduling.support.PeriodicTrigger");

	private final ClassValue<ClassState> known = new ClassValue<>() {

		@Override
		protected ClassState computeValue(Class<?> type) {
			return inspect(type);
		}

	};

	private final Function<Class<?>, @Nullable Class<?>> mixIns;

	/**
	 * Create an instance.
	 * @param mixIns returns the class whose annotations Jackson adds to those of a class,
	 * or {@code null} if there is none
	 */
	public StateFields(Function<Class<?>, @Nullable Class<?>> mixIns) {
		this.mixIns = mixIns;
	}

	/**
	 * Return the fields of a class, those of superclasses first. They are the complete
	 * state, unless {@link #findObstacle} returns a reason.
	 * @param type the class
	 * @return the fields
	 */
	public List<StateField> of(Class<?> type) {
		return this.known.get(type).fields();
	}

	/**
	 * Find the reason why the fields of a class are not its complete state.
	 * @param type the class
	 * @return the rest of a sentence that begins with the class, or {@code null} if there
	 * is none
	 */
	@Nullable String findObstacle(Class<?> type) {
		return this.known.get(type).obstacle();
	}

	/**
	 * Return whether something is sensitive in a class that belongs to no field.
	 * @param type the class
	 * @return whether objects of the class are masked as a whole
	 */
	public boolean isSensitive(Class<?> type) {
		return this.known.get(type).sensitive();
	}

	private ClassState inspect(Class<?> type) {
		List<StateField> fields = new ArrayList<>();
		Set<String> names = new HashSet<>();
		String obstacle = null;
		List<Class<?>> owners = new ArrayList<>();
		Class<?> parent = type;
		for (; parent != null && !LibraryTypes.isOfJava(parent); parent = parent.getSuperclass()) {
			owners.add(0, parent);
		}
		if (hasState(parent)) {
			obstacle = "extends %s, which has state that cannot be read".formatted(parent.getName());
		}
		for (Class<?> owner : owners) {
			for (Field field : owner.getDeclaredFields()) {
				if (Modifier.isStatic(field.getModifiers()) || field.getName().startsWith(ENHANCEMENT)) {
					continue;
				}
				obstacle = (obstacle != null) ? obstacle : obstacle(field, type);
				if (field.trySetAccessible()) {
					fields.add(field(field, type, names));
				}
			}
		}
		if (obstacle == null && fields.isEmpty() && NativeDetector.inNativeImage()) {
			// A class without metadata appears to be empty
			obstacle = "has no fields in this native image";
		}
		Set<String> known = new HashSet<>();
		fields.forEach((field) -> known.add(SensitiveMembers.property(field.field().getName())));
		return new ClassState(List.copyOf(fields), obstacle,
				withMixIns(type).anyMatch((current) -> SensitiveMembers.hasOtherThan(current, known)));
	}

	/**
	 * Return whether a superclass of Java has state other than the elements of a
	 * container.
	 */
	private static boolean hasState(@Nullable Class<?> parent) {
		if (parent == null || Collection.class.isAssignableFrom(parent) || Map.class.isAssignableFrom(parent)) {
			return false;
		}
		return Arrays.stream(parent.getDeclaredFields()).anyMatch((field) -> !Modifier.isStatic(field.getModifiers()))
				|| hasState(parent.getSuperclass());
	}

	private static @Nullable String obstacle(Field field, Class<?> type) {
		if (field.isSynthetic() && field.getName().startsWith("this$")) {
			return "has an enclosing instance"
					+ (LibraryTypes.contain(field.getDeclaringClass()) ? "" : ". Make the class static");
		}
		if (!field.trySetAccessible()) {
			return "has a field '%s' that cannot be read".formatted(field.getName());
		}
		if (accessors(type).anyMatch((method) -> KotlinValueClasses.hasValueClassIn(method)
				&& method.getName().toLowerCase(Locale.ROOT).contains(SensitiveMembers.property(field.getName())))) {
			return "has a Kotlin value class, which cannot be distinguished from the value inside";
		}
		return null;
	}

	private StateField field(Field field, Class<?> type, Set<String> names) {
		List<Method> accessors = accessors(type)
			.filter((method) -> SensitiveMembers.property(method.getName())
				.equals(SensitiveMembers.property(field.getName())))
			.toList();
		JsonProperty property = field.getAnnotation(JsonProperty.class);
		boolean named = property != null && !property.value().isEmpty() && !property.value().startsWith("@");
		String name = named ? property.value() : field.getName();
		if (!names.add(name)) {
			name = field.getDeclaringClass().getName() + "." + field.getName();
			while (!names.add(name)) {
				// An annotation can give this name to another field
				name += "'";
			}
		}
		return new StateField(field, name, jsonNames(field, type), visibility(field, accessors, type),
				ignoredParts(field, type));
	}

	/**
	 * Return the methods that a reader of a class may take for accessors, as the class
	 * implements them.
	 */
	private static Stream<Method> accessors(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers())
					&& method.getReturnType() != void.class && method.getDeclaringClass() != Object.class)
			// A bridge replaces a method of a superclass that is not public
			.map(BridgeMethodResolver::findBridgedMethod)
			.distinct();
	}

	private StateField.Visibility visibility(Field field, List<Method> accessors, Class<?> type) {
		if (isOmitted(field, accessors)) {
			return StateField.Visibility.OMITTED;
		}
		if (withMixIns(type).anyMatch((current) -> SensitiveMembers.has(current, field.getName()))) {
			return StateField.Visibility.SENSITIVE;
		}
		boolean shown = (isVisible(field, accessors, type) || SHOWN_OF_SPRING.contains(type.getName()))
				&& !isIgnored(field, type);
		return shown ? StateField.Visibility.SHOWN : StateField.Visibility.MASKED;
	}

	/**
	 * Return whether a field is left out, by its own annotation or that of Kotlin's
	 * constructor parameter.
	 * @param field the field
	 * @return whether it is left out
	 */
	public static boolean isOmitted(Field field) {
		return AnnotatedElementUtils.hasAnnotation(field, AirlockOmitted.class)
				|| SensitiveMembers.isOmittedParameter(field);
	}

	private static boolean isOmitted(Field field, List<Method> accessors) {
		return isOmitted(field) || accessors.stream()
			.anyMatch((method) -> method.getDeclaringClass() == field.getDeclaringClass()
					&& AnnotatedElementUtils.hasAnnotation(method, AirlockOmitted.class)
					&& PlainAccessors.returns(method, field));
	}

	private boolean isVisible(Field field, List<Method> accessors, Class<?> type) {
		if (!accessors.stream().allMatch((method) -> PlainAccessors.returns(method, field))) {
			return false;
		}
		if (field.isAnnotationPresent(JsonProperty.class)) {
			return true;
		}
		JsonAutoDetect detection = withMixIns(type).map((current) -> find(current, JsonAutoDetect.class))
			.filter((found) -> found != null)
			.findFirst()
			.orElse(null);
		boolean readable = !accessors.isEmpty()
				&& (detection == null || detection.getterVisibility() != Visibility.NONE);
		boolean open = Modifier.isPublic(field.getModifiers())
				&& (detection == null || detection.fieldVisibility() != Visibility.NONE);
		return readable || open;
	}

	private boolean isIgnored(Field field, Class<?> type) {
		boolean member = members(field, type).anyMatch(StateFields::isIgnored)
				|| withMixIns(field.getType()).anyMatch(StateFields::isIgnoredType);
		Set<String> names = jsonNames(field, type);
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
	private Set<String> jsonNames(Field field, Class<?> type) {
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
	private Predicate<String> ignoredParts(Field field, Class<?> type) {
		return members(field, type).map(StateFields::ignored)
			.reduce((one, other) -> one.or(other))
			.orElse((name) -> false);
	}

	private static Predicate<String> ignored(AnnotatedElement element) {
		JsonIgnoreProperties ignore = find(element, JsonIgnoreProperties.class);
		JsonIncludeProperties include = find(element, JsonIncludeProperties.class);
		// The name can be that of a naming strategy, such as snake case
		Set<String> ignored = (ignore != null)
				? Arrays.stream(ignore.value()).map(StateFields::plainName).collect(Collectors.toSet()) : Set.of();
		List<String> included = (include != null) ? List.of(include.value()) : List.of();
		return (name) -> ignored.contains(plainName(name)) || (include != null && !included.contains(name));
	}

	private static String plainName(String name) {
		return name.replaceAll("[_.-]", "").toLowerCase(Locale.ROOT);
	}

	private Stream<Class<?>> withMixIns(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.flatMap((current) -> Stream.concat(Stream.of(current), Stream.ofNullable(this.mixIns.apply(current))))
			.distinct();
	}

	/**
	 * Holds what is known of a class.
	 *
	 * @param fields the fields
	 * @param obstacle the reason why they are not the complete state
	 * @param sensitive whether something is sensitive that belongs to no field
	 */
	private record ClassState(List<StateField> fields, @Nullable String obstacle, boolean sensitive) {
	}

}
