package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Field;
import java.util.List;

import io.airlockapp.gateway.approval.AirlockOmitted;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.BeanPropertyWriter;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Writes a field that no visible property shows. It is hidden from the approver, but
 * bound to the approval.
 */
final class HiddenFieldWriter implements HiddenPropertyWriter.MemberWriter {

	/**
	 * The prefix of the variables that a local class captures.
	 */
	private static final String CAPTURED = "val$";

	private final Field field;

	private final boolean masking;

	private final boolean omitted;

	private final List<BeanPropertyWriter> getters;

	/**
	 * Create a writer.
	 * @param field the field
	 * @param masking whether the value is masked, rather than written for a digest
	 * @throws RuntimeException if the field can't be read
	 */
	HiddenFieldWriter(Field field, boolean masking) {
		this(field, masking, List.of());
	}

	/**
	 * Create a writer.
	 * @param field the field
	 * @param masking whether the value is masked, rather than written for a digest
	 * @param getters the properties with the name of the field, which may return other
	 * values
	 * @throws RuntimeException if the field can't be read
	 */
	HiddenFieldWriter(Field field, boolean masking, List<BeanPropertyWriter> getters) {
		this.field = field;
		this.getters = getters;
		this.masking = masking;
		this.omitted = AnnotatedElementUtils.hasAnnotation(field, AirlockOmitted.class)
				|| SensitiveMembers.isOmitted(field.getDeclaringClass(), field.getName());
		field.setAccessible(true);
	}

	String name() {
		String name = this.field.getName();
		return name.startsWith(CAPTURED) ? name.substring(CAPTURED.length()) : name;
	}

	@Override
	public boolean isNeeded(Object owner, JsonGenerator generator, SerializationContext context) {
		return this.getters.stream().noneMatch((getter) -> SameValues.are(value(getter, owner), value(owner)));
	}

	private static @Nullable Object value(BeanPropertyWriter getter, Object owner) {
		try {
			return getter.get(owner);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return whether the field contains the value that is written for its owner.
	 */
	boolean holds(@Nullable Object written, Object owner) {
		return SameValues.are(written, value(owner));
	}

	@Override
	public void write(Object owner, JsonGenerator generator, SerializationContext context) {
		SnapshotContext snapshot = SnapshotContext.of(context);
		if (this.omitted) {
			generator.writeString(snapshot.omit());
			return;
		}
		try {
			Object value = PersistentProxySerializer.entity(value(owner));
			int distance = (value != null) ? snapshot.distanceTo(value, generator) : -1;
			if (distance >= 0) {
				// An enclosing object is written at its own position
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
		catch (RuntimeException ex) {
			throw new UnserializableValueException(generator,
					("'%s' of %s is no visible property, and its value can't be written (%s). Make it visible, or leave it "
							+ "out with @AirlockOmitted")
						.formatted(this.field.getName(), this.field.getDeclaringClass().getName(), reason(ex)),
					context.constructType(this.field.getDeclaringClass()));
		}
	}

	private static String reason(RuntimeException ex) {
		return (ex instanceof UnserializableValueException unshowable) ? unshowable.getOriginalMessage()
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
