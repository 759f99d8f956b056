package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes the mask of a value in its place.
 */
final class SensitiveSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(@Nullable Object value, JsonGenerator generator, SerializationContext context) {
		generator.writeString(SnapshotContext.of(context).mask(value, generator));
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(value, generator, context);
	}

}
