package io.airlockapp.gateway.approval;

import java.security.Key;
import java.security.Principal;
import java.util.HexFormat;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes what carries credentials as a mask, and a principal by its name and a mask. What
 * is bound is the text form, since such objects can seldom be written as a whole.
 */
final class CredentialSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		SnapshotContext snapshot = SnapshotContext.of(context);
		if (value instanceof Principal principal) {
			generator.writeStartObject(value);
			generator.writeName("name");
			generator.writeString(principal.getName());
			generator.writeName("credentials");
			generator.writeString(snapshot.maskText(text(value)));
			generator.writeEndObject();
		}
		else {
			generator.writeString(snapshot.maskText(text(value)));
		}
	}

	private static String text(Object value) {
		if (value instanceof char[] characters) {
			return new String(characters);
		}
		byte[] encoded = (value instanceof Key key) ? key.getEncoded() : null;
		return (encoded != null) ? HexFormat.of().formatHex(encoded) : String.valueOf(value);
	}

	@Override
	public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
			TypeSerializer typeSerializer) {
		serialize(value, generator, context);
	}

}
