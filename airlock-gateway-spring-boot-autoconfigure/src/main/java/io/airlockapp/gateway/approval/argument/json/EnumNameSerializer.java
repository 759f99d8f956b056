package io.airlockapp.gateway.approval.argument.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Writes enum constants by their name, which is that of no other constant.
 */
final class EnumNameSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		generator.writeString(((Enum<?>) value).name());
	}

}
