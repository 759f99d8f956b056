package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Field;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Field that belongs to the state of a class.
 *
 * @param field the field, made accessible
 * @param name the name under which it is shown
 * @param jsonNames the names by which annotations of Jackson can refer to it
 * @param visibility whether its value is shown
 * @param ignored the names of the parts of its value that are not shown
 * @param fixedType the declared type, or {@code null} if it depends on the type variables
 * of the owner
 */
public record StateField(Field field, String name, Set<String> jsonNames, Visibility visibility,
		Predicate<String> ignored, @Nullable ResolvableType fixedType) {

	StateField(Field field, String name, Set<String> jsonNames, Visibility visibility, Predicate<String> ignored) {
		this(field, name, jsonNames, visibility, ignored, fixedType(ResolvableType.forField(field)));
	}

	private static @Nullable ResolvableType fixedType(ResolvableType type) {
		return (type.resolve() == null || type.hasUnresolvableGenerics()) ? null : type;
	}

	/**
	 * Return the declared type of the field.
	 * @param owner the type of the object
	 * @return the type, with the type variables of the owner resolved
	 */
	public ResolvableType type(ResolvableType owner) {
		return (this.fixedType != null) ? this.fixedType : ResolvableType.forField(this.field, owner);
	}

	/**
	 * Return whether the object that holds the owner ignores this field.
	 * @param ignoredNames the names that it ignores
	 */
	boolean isIgnoredBy(Predicate<String> ignoredNames) {
		return this.jsonNames.stream().anyMatch(ignoredNames);
	}

	@Nullable Object value(Object owner) {
		return ReflectionUtils.getField(this.field, owner);
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
		 * A mask, because the value is sensitive.
		 */
		SENSITIVE,

		/**
		 * A note. The value is not bound to the approval.
		 */
		OMITTED

	}

}
