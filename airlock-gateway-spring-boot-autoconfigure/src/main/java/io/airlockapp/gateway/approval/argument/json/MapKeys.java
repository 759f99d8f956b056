package io.airlockapp.gateway.approval.argument.json;

import java.util.Currency;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Provides serializers for the keys of maps. A key is refused unless it can be written as
 * a text that no other key of its type has.
 */
final class MapKeys {

	private MapKeys() {
	}

	/**
	 * Return the serializer for keys of a type.
	 * @param keyType the type
	 * @param serializer the serializer selected by Jackson
	 * @return the serializer to use
	 */
	static ValueSerializer<?> serializer(JavaType keyType, ValueSerializer<?> serializer) {
		Class<?> type = keyType.getRawClass();
		if (!StandardSerializer.isReplacing(serializer) && (type == Object.class || type.isInterface())) {
			// It finds the serializer of each key by its class
			return serializer;
		}
		if (SensitiveMembers.isIn(type) || CredentialTypes.contain(type)) {
			return refusing(type);
		}
		Function<Object, String> text = text(type);
		return (text != null) ? new KeySerializer(text) : refusing(type);
	}

	private static RefusingSerializer refusing(Class<?> type) {
		return new RefusingSerializer(
				"a key of type %s has no text that is that of no other key. Use a text, a number or an enum constant"
					.formatted(type.getName()));
	}

	private static @Nullable Function<Object, String> text(Class<?> type) {
		if (Enum.class.isAssignableFrom(type)) {
			return (key) -> ((Enum<?>) key).name();
		}
		if (type == Class.class) {
			return (key) -> ((Class<?>) key).getName();
		}
		boolean exact = type == String.class || type == Boolean.class || type == Character.class || type == UUID.class
				|| type == Locale.class || type == Currency.class || type.getName().startsWith("java.time.")
				|| (Number.class.isAssignableFrom(type) && LibraryTypes.isOfJava(type));
		return exact ? Object::toString : null;
	}

	private static final class KeySerializer extends ValueSerializer<Object> {

		private final Function<Object, String> text;

		private KeySerializer(Function<Object, String> text) {
			this.text = text;
		}

		@Override
		public void serialize(Object key, JsonGenerator generator, SerializationContext context) {
			generator.writeName(this.text.apply(key));
		}

	}

}
