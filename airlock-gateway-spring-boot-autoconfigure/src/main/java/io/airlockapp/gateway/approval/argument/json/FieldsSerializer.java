package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

import org.springframework.util.ReflectionUtils;

/**
 * Writes an object by its fields, for classes whose getters repeat or omit the content of
 * the fields.
 */
final class FieldsSerializer extends StdSerializer<Object> {

	private final Map<String, Field> fields = new LinkedHashMap<>();

	private final @Nullable String kind;

	/**
	 * Create a serializer.
	 * @param fields the fields to write
	 * @param kind the class name to write if the fields do not identify the class, or
	 * {@code null}
	 * @throws RuntimeException if a field can't be read
	 */
	FieldsSerializer(List<Field> fields, @Nullable String kind) {
		super(Object.class);
		this.kind = kind;
		for (Field field : fields) {
			ReflectionUtils.makeAccessible(field);
			String name = field.getName();
			if (this.fields.putIfAbsent(name, field) != null) {
				this.fields.put(name + "@" + field.getDeclaringClass().getSimpleName(), field);
			}
		}
	}

	@Override
	public void serialize(Object owner, JsonGenerator generator, SerializationContext context) {
		generator.writeStartObject(owner);
		if (this.kind != null) {
			generator.writeName(TypeNames.MEMBER);
			generator.writeString(SnapshotContext.of(context).typeName(this.kind));
		}
		this.fields.forEach((name, field) -> {
			generator.writeName(name);
			try {
				context.writeValue(generator, ReflectionUtils.getField(field, owner));
			}
			catch (RuntimeException ex) {
				wrapAndThrow(context, ex, owner, name);
			}
		});
		generator.writeEndObject();
	}

}
