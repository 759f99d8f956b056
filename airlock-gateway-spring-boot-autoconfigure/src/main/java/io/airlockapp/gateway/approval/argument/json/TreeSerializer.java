package io.airlockapp.gateway.approval.argument.json;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.node.POJONode;

/**
 * Writes trees of Jackson, which itself would write the objects inside of them without
 * checking their complete state.
 */
final class TreeSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		write((JsonNode) value, generator, context);
	}

	private static void write(JsonNode node, JsonGenerator generator, SerializationContext context) {
		if (!LibraryTypes.contain(node.getClass())) {
			throw new UnserializableValueException(generator,
					"a %s is a JsonNode of its own".formatted(node.getClass().getName()), null);
		}
		if (node.isObject()) {
			generator.writeStartObject(node);
			node.properties().forEach((member) -> {
				generator.writeName(member.getKey());
				write(member.getValue(), generator, context);
			});
			generator.writeEndObject();
		}
		else if (node.isArray()) {
			generator.writeStartArray(node);
			node.forEach((element) -> write(element, generator, context));
			generator.writeEndArray();
		}
		else if (node instanceof POJONode object) {
			context.writeValue(generator, object.getPojo());
		}
		else {
			node.serialize(generator, context);
		}
	}

}
