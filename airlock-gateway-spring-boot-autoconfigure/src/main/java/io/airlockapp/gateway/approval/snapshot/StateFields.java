/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.airlockapp.gateway.approval.AirlockOmitted;
import kotlin.reflect.KProperty;
import kotlin.reflect.jvm.KTypesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.NativeDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the fields that are the state of a class, and what an approver sees of each. A
 * field is shown if a reader of the class can see it, and nothing says otherwise.
 */
public final class StateFields {

	private static final Log logger = LogFactory.getLog(StateFields.class);

	/**
	 * Types of Spring whose fields are the data by which users identify their objects.
	 */
	private static final Set<String> SHOWN_OF_SPRING = Set.of("org.springframework.data.domain.Limit$Limited",
			"org.springframework.data.domain.Limit$Unlimited", "org.springframework.data.domain.PageImpl",
			"org.springframework.data.domain.PageRequest", "org.springframework.data.domain.SliceImpl",
			"org.springframework.data.domain.Sort", "org.springframework.data.domain.Sort$Order",
			"org.springframework.data.domain.Unpaged", "org.springframework.http.HttpEntity",
			"org.springframework.http.RequestEntity", "org.springframework.http.ResponseEntity");

	/**
	 * Class of Spring whose own fields keep parsed values of its superclass.
	 */
	private static final String CACHING = "org.springframework.http.ReadOnlyHttpHeaders";

	/**
	 * Fields with which Groovy's {@code @Immutable} keeps results.
	 */
	private static final Set<String> CACHES_OF_GROOVY = Set.of("$hash$code", "$to$string");

	/**
	 * What is known of classes. It must not refer to this object or to the mix-ins: Java
	 * keeps its own classes, and so what is known of them.
	 */
	private final ClassValue<ClassState> known = LibraryTypes.cache(this::inspect);

	private final Function<Class<?>, Stream<Class<?>>> mixIns;

	/**
	 * Create an instance.
	 * @param mixIns returns the classes whose annotations Jackson adds to those of a
	 * class
	 */
	public StateFields(Function<Class<?>, Stream<Class<?>>> mixIns) {
		this.mixIns = mixIns;
	}

	/**
	 * Return the fields of a class that can be read, those of superclasses first.
	 * @param type the class
	 * @return the fields
	 */
	public List<StateField> of(Class<?> type) {
		return inspected(type).fields();
	}

	ClassState inspected(Class<?> type) {
		return this.known.get(type);
	}

	private ClassState inspect(Class<?> type) {
		List<Field> fields = new ArrayList<>();
		Class<?> parent = type;
		boolean known = true;
		for (; parent != null && !LibraryTypes.isOfJava(parent); parent = parent.getSuperclass()) {
			// Each class has a constructor. One without metadata appears to be empty
			known &= !NativeDetector.inNativeImage() || parent.getDeclaredConstructors().length > 0;
			fields.addAll(0, Arrays.stream(parent.getDeclaredFields()).filter(StateFields::isState).toList());
		}
		String obstacle = fields.stream()
			.map((field) -> obstacle(field, type))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		if (hasState(parent)) {
			boolean container = Collection.class.isAssignableFrom(parent) || Map.class.isAssignableFrom(parent);
			obstacle = "extends %s, which has state that cannot be read. %s".formatted(parent.getName(),
					container ? "Put a %s into a field, or pass it alone".formatted(parent.getName())
							: "Pass its values, or define an ArgumentFormatter");
		}
		if (obstacle == null && !known) {
			obstacle = "is not registered for reflection in this native image, or a superclass is not";
		}
		MemberAnnotations annotations = new MemberAnnotations(type, this.mixIns);
		List<String> names = fields.stream().map(StateFields::plainName).toList();
		// The elements of a container may come from a hidden field
		boolean hidden = annotations.isSensitiveBesides(fields) || annotations.isTypeHidden()
				|| (Containers.kind(type) != null && fields.stream().anyMatch(annotations::isHidden));
		List<StateField> state = fields.stream()
			.filter(Field::trySetAccessible)
			.map((field) -> field(field, name(field, names, fields, type), type, annotations))
			.toList();
		// Byte code permits fields of one name and different types
		List<String> shown = state.stream().map(StateField::name).toList();
		String twice = shown.stream().filter((name) -> Collections.frequency(shown, name) > 1).findFirst().orElse(null);
		if (twice != null) {
			obstacle = "has two fields '%s'".formatted(twice);
		}
		return new ClassState(state, obstacle, hidden, annotations.ignoredParts(),
				new AtomicReference<>(warning(type, state, annotations)));
	}

	/**
	 * Return whether a field is state, and not an addition of Hibernate, Groovy or
	 * Spring.
	 */
	static boolean isState(Field field) {
		Class<?> owner = field.getDeclaringClass();
		boolean addition = field.getName().startsWith("$$_hibernate_") || CACHING.equals(owner.getName())
				|| (field.isSynthetic() && (field.getType().getName().equals("groovy.lang.MetaClass")
						|| CACHES_OF_GROOVY.contains(field.getName())));
		int modifiers = field.getModifiers();
		return !addition && (!Modifier.isStatic(modifiers)
				|| (!Modifier.isFinal(modifiers) && !field.isSynthetic() && isSingleton(owner)));
	}

	/**
	 * Return whether a class is that of an {@code object} of Kotlin or Scala, which keeps
	 * its state in static fields. A class with a companion is none, whatever constants it
	 * has. The constant of Scala 2.12, whose objects have fields of their own, is not
	 * final.
	 */
	private static boolean isSingleton(Class<?> type) {
		Map<String, Class<?>> constants = Arrays.stream(type.getDeclaredFields())
			.filter((field) -> Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers()))
			.collect(Collectors.toMap(Field::getName, Field::getType, (first, second) -> first));
		boolean companion = constants.entrySet()
			.stream()
			.anyMatch((constant) -> constant.getValue().getName().equals(type.getName() + "$" + constant.getKey()));
		return type == constants.get("MODULE$") || (KotlinDetector.isKotlinType(type) && !companion
				&& (type == constants.get("INSTANCE") || type == constants.get("$$INSTANCE")));
	}

	/**
	 * Return what approvers do not see although nothing states that this is intended.
	 */
	private static @Nullable String warning(Class<?> type, List<StateField> state, MemberAnnotations annotations) {
		String masked = state.stream()
			.filter((field) -> field.visibility() == Visibility.MASKED && !annotations.isHidden(field.field())
			// The application cannot change it
					&& !LibraryTypes.contain(field.field().getDeclaringClass()))
			.map(StateField::name)
			.collect(Collectors.joining("', '"));
		return masked.isEmpty() ? null
				: ("Approvers of %s do not see '%s'. A field is shown if it is public, or if each accessor of its name returns it, "
						+ "or a copy or an unmodifiable view of it. Change the accessor, annotate the field with @AirlockSensitive, or with "
						+ "@AirlockOmitted if it does not matter, or define an ArgumentFormatter")
					.formatted(type.getName(), masked);
	}

	/**
	 * Return whether a superclass of Java has state. That of a collection or map is its
	 * elements, but a subclass can return others than those in the fields of Java.
	 */
	private static boolean hasState(@Nullable Class<?> parent) {
		if (parent == null) {
			return false;
		}
		if (Collection.class.isAssignableFrom(parent) || Map.class.isAssignableFrom(parent)) {
			return !Modifier.isAbstract(parent.getModifiers());
		}
		// Reflection hides the fields of a class loader
		return parent == ClassLoader.class || Arrays.stream(parent.getDeclaredFields())
			.anyMatch((field) -> !Modifier.isStatic(field.getModifiers())) || hasState(parent.getSuperclass());
	}

	private static @Nullable String obstacle(Field field, Class<?> type) {
		if (field.isSynthetic() && field.getName().startsWith("this$")) {
			return "has an enclosing instance"
					+ (LibraryTypes.contain(field.getDeclaringClass()) ? "" : ". Make the class static");
		}
		if (!field.trySetAccessible()) {
			return "has a field '%s' that cannot be read".formatted(field.getName());
		}
		Set<String> properties = MemberAnnotations.properties(field.getName());
		boolean seen = accessors(type).anyMatch((method) -> isPublic(method) && properties.contains(property(method)));
		return (seen && KotlinDetector.isKotlinType(field.getDeclaringClass())) ? obstacleOfKotlin(field) : null;
	}

	/**
	 * Return why the type of a property is not known. In place of one of Kotlin's value
	 * classes, the field has the value inside: an unsigned number appears negative, and a
	 * hidden value like any other text.
	 */
	private static @Nullable String obstacleOfKotlin(Field field) {
		if (!KotlinDetector.isKotlinReflectPresent()) {
			return "has a property of Kotlin, whose type is not known without the dependency 'org.jetbrains.kotlin:kotlin-reflect'";
		}
		return KotlinFields.isOfValueClass(field)
				? "has a Kotlin value class, which cannot be distinguished from the value inside" : null;
	}

	/**
	 * Return the methods that a reader of a class may take for accessors, as the class
	 * implements them. The code beside the class can call those that are not public.
	 */
	private static Stream<Method> accessors(Class<?> type) {
		return Stream
			.concat(Arrays.stream(type.getMethods()),
					Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
						.filter((method) -> !Modifier.isPrivate(method.getModifiers())))
			.filter((method) -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers())
					&& method.getReturnType() != void.class && method.getDeclaringClass() != Object.class)
			// A bridge replaces a method of a superclass that is not public
			.map(BridgeMethodResolver::findBridgedMethod)
			.distinct();
	}

	private static StateField field(Field field, String name, Class<?> type, MemberAnnotations annotations) {
		ResolvableType fixed = ResolvableType.forField(field);
		return new StateField(field, name, annotations.names(field), visibility(field, type, annotations),
				annotations.ignoredParts(field),
				(fixed.resolve() == null || fixed.hasUnresolvableGenerics() || NodeWriter.declared(fixed) != fixed)
						? null : fixed);
	}

	/**
	 * Return the name under which a field is shown. A name that several fields have
	 * belongs to none of them, and that of another field or of an accessor not to the
	 * field that has it in JSON, so that a condition cannot read another field than the
	 * method.
	 */
	private static String name(Field field, List<String> names, List<Field> fields, Class<?> type) {
		String name = plainName(field);
		// Kotlin permits the names that a node has for its class and its elements
		boolean own = Collections.frequency(names, name) == 1 && !name.startsWith("@")
				&& !isOfAnother(name, field, fields, type);
		return own ? name : field.getDeclaringClass().getName() + "." + field.getName();
	}

	private static String plainName(Field field) {
		JsonProperty property = field.getAnnotation(JsonProperty.class);
		// A name with a dot could be that of a class and a field
		boolean named = property != null && property.value().matches("[^@.][^.]*");
		return named ? property.value() : field.getName();
	}

	private static boolean isOfAnother(String name, Field field, List<Field> fields, Class<?> type) {
		if (name.equals(field.getName())) {
			return false;
		}
		Set<String> properties = MemberAnnotations.properties(name);
		return fields.stream()
			.anyMatch((other) -> !other.equals(field)
					&& !Collections.disjoint(MemberAnnotations.properties(other.getName()), properties))
				|| accessors(type).anyMatch(
						(method) -> properties.contains(property(method)) && !PlainAccessors.returns(method, field));
	}

	private static Visibility visibility(Field field, Class<?> type, MemberAnnotations annotations) {
		Set<String> properties = MemberAnnotations.properties(field.getName());
		List<Method> accessors = accessors(type).filter((method) -> properties.contains(property(method))).toList();
		if (isOmitted(field) && !annotations.isSensitive(field)) {
			return Visibility.OMITTED;
		}
		// A property of Kotlin without a getter may be of a value class
		boolean named = field.isAnnotationPresent(JsonProperty.class)
				&& !KotlinDetector.isKotlinType(field.getDeclaringClass());
		boolean visible = named
				|| (accessors.stream().anyMatch((method) -> isPublic(method) && !isInternal(method))
						&& annotations.areDetected(JsonAutoDetect::getterVisibility))
				|| (isPublic(field) && !Modifier.isTransient(field.getModifiers())
						&& annotations.areDetected(JsonAutoDetect::fieldVisibility));
		boolean shown = SHOWN_OF_SPRING.contains(type.getName())
				|| (visible && accessors.stream().allMatch((method) -> PlainAccessors.returns(method, field)));
		return (shown && !annotations.isHidden(field)) ? Visibility.SHOWN : Visibility.MASKED;
	}

	private static String property(Method accessor) {
		return MemberAnnotations.property(MethodArguments.declaredName(accessor));
	}

	/**
	 * Return whether only the code of its module in Kotlin sees a method.
	 */
	private static boolean isInternal(Method method) {
		return !MethodArguments.declaredName(method).equals(method.getName());
	}

	private static boolean isPublic(Member member) {
		return Modifier.isPublic(member.getModifiers());
	}

	/**
	 * Return whether a field is left out, by its own annotation or that of Kotlin's
	 * constructor parameter.
	 * @param field the field
	 * @return whether it is left out
	 */
	public static boolean isOmitted(Field field) {
		return field.isAnnotationPresent(AirlockOmitted.class)
				|| MemberAnnotations.constructorParameters(field.getDeclaringClass())
					.anyMatch((parameter) -> parameter.getKey().equals(field.getName())
							&& parameter.getValue().isAnnotationPresent(AirlockOmitted.class));
	}

	/**
	 * Holds what is known of a class.
	 *
	 * @param fields the fields
	 * @param obstacle the reason why they are not the complete state
	 * @param hidden whether its objects are hidden as a whole
	 * @param ignored the names of entries of a map that are not shown
	 * @param warning the reason why approvers do not see a field, if nothing states that
	 * this is intended; removed when it was logged
	 */
	record ClassState(List<StateField> fields, @Nullable String obstacle, boolean hidden, Predicate<String> ignored,
			AtomicReference<@Nullable String> warning) {

		/**
		 * Log the warning at the first object that is shown.
		 */
		void warnOnce() {
			String text = this.warning.getAndSet(null);
			if (text != null) {
				logger.warn(text);
			}
		}

	}

	/**
	 * Field that belongs to the state of a class.
	 *
	 * @param field the field, made accessible
	 * @param name the name under which it is shown
	 * @param jsonNames the names by which annotations of Jackson can refer to it
	 * @param visibility whether its value is shown
	 * @param ignored the names of the parts of its value that are not shown
	 * @param fixedType the declared type, or {@code null} if it depends on the type
	 * variables of the owner
	 */
	public record StateField(Field field, String name, Set<String> jsonNames, Visibility visibility,
			Predicate<String> ignored, @Nullable ResolvableType fixedType) {

		/**
		 * Return the declared type of the field.
		 * @param owner the type of the object
		 * @return the type, with the type variables of the owner resolved
		 */
		public ResolvableType type(ResolvableType owner) {
			return (this.fixedType != null) ? this.fixedType
					: NodeWriter.declared(ResolvableType.forField(this.field, owner));
		}

		@Nullable Object value(Object owner) {
			return ReflectionUtils.getField(this.field, owner);
		}

	}

	/**
	 * Enumeration of what an approver sees of a field.
	 */
	public enum Visibility {

		/**
		 * The value.
		 */
		SHOWN,

		/**
		 * A mask. The value is bound to the approval.
		 */
		MASKED,

		/**
		 * A note. The value is not bound to the approval.
		 */
		OMITTED

	}

	/**
	 * Reads declarations in Kotlin, whose reflection may be absent.
	 */
	private static final class KotlinFields {

		private static boolean isOfValueClass(Field field) {
			KProperty<?> property = ReflectJvmMapping.getKotlinProperty(field);
			return property != null && KTypesJvm.getJvmErasure(property.getReturnType()).isValue();
		}

	}

}
