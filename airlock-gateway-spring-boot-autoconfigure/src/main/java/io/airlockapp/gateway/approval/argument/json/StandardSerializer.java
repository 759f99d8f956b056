package io.airlockapp.gateway.approval.argument.json;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.BeanSerializerFactory;
import tools.jackson.databind.ser.bean.BeanSerializerBase;

/**
 * Placeholder for Jackson's own serializer of a type of Java, for which the application
 * has one that may write less, such as rounded numbers.
 */
final class StandardSerializer extends ValueSerializer<Object> {

	private final BeanDescription.Supplier description;

	StandardSerializer(BeanDescription.Supplier description) {
		this.description = description;
	}

	/**
	 * Return whether a serializer does not belong to a well-known library, and so
	 * replaces Jackson's.
	 */
	static boolean isReplacing(ValueSerializer<?> serializer) {
		return !LibraryTypes.contain(serializer.getClass());
	}

	@Override
	public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
		ValueSerializer<?> standard = BeanSerializerFactory.instance.createSerializer(context,
				this.description.getType(), this.description, null);
		if (standard == null || standard instanceof BeanSerializerBase) {
			return new RefusingSerializer("a %s is no data".formatted(this.description.getBeanClass().getName()));
		}
		standard.resolve(context);
		return standard.createContextual(context, property);
	}

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		throw new IllegalStateException("Replaced by the serializer of Jackson");
	}

}
