package io.airlockapp.gateway.approval.snapshot;

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
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

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

	private final JsonAnnotations annotations;

	/**
	 * Create an instance.
	 * @param mixIns returns the class whose annotations Jackson adds to those of a class,
	 * or {@code null} if there is none
	 */
	public StateFields(Function<Class<?>, @Nullable Class<?>> mixIns) {
		this.annotations = new JsonAnnotations(mixIns);
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
	boolean isSensitive(Class<?> type) {
		return this.known.get(type).sensitive();
	}

	private ClassState inspect(Class<?> type) {
		List<StateField> fields = new ArrayList<>();
		Set<String> names = new HashSet<>();
		List<Class<?>> owners = new ArrayList<>();
		Class<?> parent = type;
		for (; parent != null && !LibraryTypes.isOfJava(parent); parent = parent.getSuperclass()) {
			owners.add(0, parent);
		}
		String obstacle = ContainerOverrides.findObstacle(type, parent);
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
				this.annotations.withMixIns(type).anyMatch((current) -> SensitiveMembers.hasOtherThan(current, known)));
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
		return new StateField(field, name, this.annotations.names(field, type), visibility(field, accessors, type),
				this.annotations.ignoredParts(field, type));
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
		if (this.annotations.withMixIns(type).anyMatch((current) -> SensitiveMembers.has(current, field.getName()))) {
			return StateField.Visibility.SENSITIVE;
		}
		boolean shown = (isVisible(field, accessors, type) || SHOWN_OF_SPRING.contains(type.getName()))
				&& !this.annotations.isIgnored(field, type);
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
		return field.isAnnotationPresent(JsonProperty.class)
				|| (!accessors.isEmpty() && this.annotations.areGettersDetected(type))
				|| (Modifier.isPublic(field.getModifiers()) && this.annotations.areFieldsDetected(type));
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
