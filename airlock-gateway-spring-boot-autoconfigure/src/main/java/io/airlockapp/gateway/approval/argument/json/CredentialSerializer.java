package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Method;
import java.security.Key;
import java.security.Principal;
import java.util.HexFormat;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Writes objects with credentials as a mask, and a principal or user as its name and a
 * mask. For types of libraries, the mask binds the string representation, since such
 * objects can seldom be written as a whole.
 */
final class CredentialSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		String name = name(value);
		if (name != null) {
			generator.writeStartObject(value);
			if (TypeNames.isNeeded(value, generator.streamWriteContext().getParent(), context)) {
				generator.writeName(TypeNames.MEMBER);
				generator.writeString(SnapshotContext.of(context).typeName(TypeNames.of(value)));
			}
			generator.writeName("name");
			generator.writeString(name);
			generator.writeName("credentials");
			generator.writeString(mask(value, generator, context));
			generator.writeEndObject();
		}
		else {
			generator.writeString(mask(value, generator, context));
		}
	}

	private static @Nullable String name(Object value) {
		if (value instanceof Principal principal) {
			return principal.getName();
		}
		Method username = ClassUtils.getMethodIfAvailable(value.getClass(), "getUsername");
		if (username == null) {
			return null;
		}
		Method accessible = ClassUtils.getPubliclyAccessibleMethodIfPossible(username, value.getClass());
		ReflectionUtils.makeAccessible(accessible);
		return String.valueOf(ReflectionUtils.invokeMethod(accessible, value));
	}

	private static String mask(Object value, JsonGenerator generator, SerializationContext context) {
		SnapshotContext snapshot = SnapshotContext.of(context);
		return LibraryTypes.contain(value.getClass()) ? snapshot.maskText(text(value))
				: snapshot.mask(value, generator);
	}

	private static String text(Object value) {
		if (value instanceof char[] characters) {
			return new String(characters);
		}
		byte[] encoded = (value instanceof Key key) ? key.getEncoded() : null;
		return (encoded != null) ? HexFormat.of().formatHex(encoded) : String.valueOf(value);
	}

}
