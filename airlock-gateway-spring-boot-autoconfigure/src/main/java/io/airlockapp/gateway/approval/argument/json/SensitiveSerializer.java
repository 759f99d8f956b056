package io.airlockapp.gateway.approval.argument.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Writes the mask of a value in its place.
 */
final class SensitiveSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(@Nullable Object value, JsonGenerator generator, SerializationContext context) {
		generator.writeString(SnapshotContext.of(context).mask(value, generator));
	}

}
