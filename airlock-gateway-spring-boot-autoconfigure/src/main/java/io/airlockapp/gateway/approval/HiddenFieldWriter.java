package io.airlockapp.gateway.approval;

import java.lang.reflect.Field;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Writes a field that no visible property covers: hidden from the approver, but bound to
 * the approval.
 */
final class HiddenFieldWriter {

	/**
	 * Begins the names of the variables that a local class captures.
	 */
	private static final String CAPTURED = "val$";

	private final Field field;

	private final boolean masking;

	private final boolean omitted;

	/**
	 * Create a writer.
	 * @param field the field
	 * @param masking whether the value is hidden, rather than written for a digest
	 * @throws RuntimeException if the field can't be read
	 */
	HiddenFieldWriter(Field field, boolean masking) {
		this.field = field;
		this.masking = masking;
		this.omitted = AnnotatedElementUtils.hasAnnotation(field, AirlockOmitted.class)
				|| SensitiveMembers.isOmitted(field.getDeclaringClass(), field.getName());
		field.setAccessible(true);
	}

	String name() {
		String name = this.field.getName();
		return name.startsWith(CAPTURED) ? name.substring(CAPTURED.length()) : name;
	}

	/**
	 * Write the field's value.
	 * @param owner the object that has the field
	 * @param generator the generator
	 * @param context the serialization context
	 */
	void writeValue(Object owner, JsonGenerator generator, SerializationContext context) {
		SnapshotContext snapshot = SnapshotContext.of(context);
		if (this.omitted) {
			generator.writeString(snapshot.omit());
			return;
		}
		Object value = value(owner);
		int distance = (value != null) ? snapshot.distanceTo(value, generator) : -1;
		try {
			if (distance >= 0) {
				// What encloses it is written there
				String reference = "enclosing " + distance;
				generator.writeString(this.masking ? snapshot.maskText(reference) : reference);
			}
			else if (this.masking) {
				generator.writeString(snapshot.mask(value, generator));
			}
			else if (value == null) {
				generator.writeNull();
			}
			else {
				context.writeValue(generator, value);
			}
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new UnshowableValueException(generator,
					("'%s' of %s is no visible property, and its value can't be written (%s). Make it visible, or leave it "
							+ "out with @AirlockOmitted")
						.formatted(this.field.getName(), this.field.getDeclaringClass().getName(), reason(ex)),
					context.constructType(this.field.getDeclaringClass()));
		}
	}

	private static String reason(RuntimeException ex) {
		return (ex instanceof UnshowableValueException unshowable) ? unshowable.getOriginalMessage()
				: ex.getClass().getSimpleName();
	}

	private @Nullable Object value(Object owner) {
		try {
			return this.field.get(owner);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
