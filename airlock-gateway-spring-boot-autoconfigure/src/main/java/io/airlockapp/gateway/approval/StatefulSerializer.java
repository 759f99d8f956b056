package io.airlockapp.gateway.approval;

import java.lang.reflect.Field;
import java.util.List;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes values that have state besides what their own serializer writes, such as a
 * collection with fields: as an object of that value and the fields.
 */
final class StatefulSerializer extends ValueSerializer<Object> {

	private final ValueSerializer<Object> delegate;

	private final List<HiddenFieldWriter> fields;

	private StatefulSerializer(ValueSerializer<Object> delegate, List<HiddenFieldWriter> fields) {
		this.delegate = delegate;
		this.fields = fields;
	}

	/**
	 * Create a serializer.
	 * @param delegate writes the value
	 * @param fields the fields that it does not write
	 * @param masking whether the fields are hidden
	 * @return the serializer
	 */
	@SuppressWarnings("unchecked")
	static StatefulSerializer of(ValueSerializer<?> delegate, List<Field> fields, boolean masking) {
		return new StatefulSerializer((ValueSerializer<Object>) delegate,
				fields.stream().map((field) -> new HiddenFieldWriter(field, masking)).toList());
	}

	@Override
	public void resolve(SerializationContext context) {
		this.delegate.resolve(context);
	}

	@Override
	@SuppressWarnings("unchecked")
	public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
		return new StatefulSerializer((ValueSerializer<Object>) this.delegate.createContextual(context, property),
				this.fields);
	}

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		generator.writeStartObject(value);
		generator.writeName("value");
		this.delegate.serialize(value, generator, context);
		for (HiddenFieldWriter field : this.fields) {
			generator.writeName(field.name());
			field.writeValue(value, generator, context);
		}
		generator.writeEndObject();
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(value, generator, context);
	}

}
