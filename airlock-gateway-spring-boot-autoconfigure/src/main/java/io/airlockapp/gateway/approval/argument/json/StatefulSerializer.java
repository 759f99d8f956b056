package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Field;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;

/**
 * Writes values whose own serializer does not write their class or all of their state,
 * such as a collection with fields. They are written as an object of the class, the value
 * and the fields.
 */
final class StatefulSerializer extends ValueSerializer<Object> {

	private final ValueSerializer<Object> delegate;

	private final List<HiddenFieldWriter> fields;

	private final boolean inheritsState;

	private final @Nullable AnnotatedMember member;

	private StatefulSerializer(ValueSerializer<Object> delegate, List<HiddenFieldWriter> fields, boolean inheritsState,
			@Nullable AnnotatedMember member) {
		this.member = member;
		this.delegate = delegate;
		this.fields = fields;
		this.inheritsState = inheritsState;
	}

	/**
	 * Create a serializer.
	 * @param delegate the serializer of the value
	 * @param fields the fields that it does not write
	 * @param masking whether the fields are masked
	 * @param inheritsState whether superclasses from libraries have state; otherwise, a
	 * single field may contain the elements of a container
	 * @param member the member that is written in place of the value, if there is one
	 * @return the serializer
	 */
	@SuppressWarnings("unchecked")
	static StatefulSerializer of(ValueSerializer<?> delegate, List<Field> fields, boolean masking,
			boolean inheritsState, @Nullable AnnotatedMember member) {
		return new StatefulSerializer((ValueSerializer<Object>) delegate,
				fields.stream().map((field) -> new HiddenFieldWriter(field, masking)).toList(), inheritsState, member);
	}

	@Override
	public void resolve(SerializationContext context) {
		this.delegate.resolve(context);
	}

	@Override
	@SuppressWarnings("unchecked")
	public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
		return new StatefulSerializer((ValueSerializer<Object>) this.delegate.createContextual(context, property),
				this.fields, this.inheritsState, this.member);
	}

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		boolean named = TypeNames.isNeeded(value, generator.streamWriteContext(), context);
		Object written = (this.member != null) ? this.member.getValue(value) : value;
		boolean whole = this.fields.isEmpty()
				|| (this.fields.size() == 1 && !this.inheritsState && this.fields.get(0).holds(written, value));
		if (whole && !named) {
			this.delegate.serialize(value, generator, context);
			return;
		}
		generator.writeStartObject(value);
		if (named) {
			generator.writeName(TypeNames.MEMBER);
			generator.writeString(SnapshotContext.of(context).typeName(TypeNames.of(value)));
		}
		generator.writeName("value");
		this.delegate.serialize(value, generator, context);
		for (HiddenFieldWriter field : whole ? List.<HiddenFieldWriter>of() : this.fields) {
			generator.writeName(field.name());
			field.write(value, generator, context);
		}
		generator.writeEndObject();
	}

}
