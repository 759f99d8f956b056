package io.airlockapp.gateway.approval.argument.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Refuses to write the values of a type.
 */
final class RefusingSerializer extends ValueSerializer<Object> {

	private final String reason;

	RefusingSerializer(String reason) {
		this.reason = reason;
	}

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		throw new UnserializableValueException(generator, this.reason, context.constructType(value.getClass()));
	}

}
