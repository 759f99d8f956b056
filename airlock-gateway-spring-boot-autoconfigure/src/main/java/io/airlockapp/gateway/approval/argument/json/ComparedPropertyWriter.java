package io.airlockapp.gateway.approval.argument.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.BeanPropertyWriter;

/**
 * Writes a property, and also the field of its name if the getter returns another value.
 * The getter is called once.
 */
@SuppressWarnings("serial")
final class ComparedPropertyWriter extends BeanPropertyWriter {

	private final transient HiddenFieldWriter field;

	private final String fieldName;

	/**
	 * Create a writer.
	 * @param property the property
	 * @param field the writer of the field
	 * @param fieldName the name under which the field is written
	 */
	ComparedPropertyWriter(BeanPropertyWriter property, HiddenFieldWriter field, String fieldName) {
		super(property);
		this.field = field;
		this.fieldName = fieldName;
	}

	@Override
	public void serializeAsProperty(Object bean, JsonGenerator generator, SerializationContext context)
			throws Exception {
		Object value = get(bean);
		generator.writeName(this._name);
		if (value != null) {
			serializer(value, context).serialize(value, generator, context);
		}
		else if (this._nullSerializer != null) {
			this._nullSerializer.serialize(null, generator, context);
		}
		else {
			generator.writeNull();
		}
		if (!this.field.holds(value, bean)) {
			generator.writeName(this.fieldName);
			this.field.write(bean, generator, context);
		}
	}

	private ValueSerializer<Object> serializer(Object value, SerializationContext context) {
		if (this._serializer != null) {
			return this._serializer;
		}
		ValueSerializer<Object> known = this._dynamicSerializers.serializerFor(value.getClass());
		return (known != null) ? known : _findAndAddDynamic(this._dynamicSerializers, value.getClass(), context);
	}

}
