package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Field;

import org.springframework.core.ResolvableType;

/**
 * Field that belongs to the state of a class.
 *
 * @param field the field, made accessible
 * @param name the name under which it is shown
 * @param visibility whether its value is shown
 */
public record StateField(Field field, String name, Visibility visibility) {

	/**
	 * Return the declared type of the field.
	 * @param owner the type of the object
	 * @return the type, with the type variables of the owner resolved
	 */
	public ResolvableType type(ResolvableType owner) {
		return ResolvableType.forField(this.field, owner);
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
