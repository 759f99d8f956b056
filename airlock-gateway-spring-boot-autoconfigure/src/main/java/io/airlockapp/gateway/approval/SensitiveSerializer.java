package io.airlockapp.gateway.approval;

import java.util.function.Function;

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
		Context masking = (Context) context.getAttribute(Context.class);
		generator.writeString(masking.mask().apply(value));
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(value, generator, context);
	}

	/**
	 * The masking of the call whose arguments are being written.
	 *
	 * @param mask returns the text that takes the place of a value
	 */
	record Context(Function<@Nullable Object, String> mask) {
	}

}
