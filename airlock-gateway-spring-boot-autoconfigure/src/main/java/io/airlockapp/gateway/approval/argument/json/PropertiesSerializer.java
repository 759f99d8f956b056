package io.airlockapp.gateway.approval.argument.json;

import java.util.Properties;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * Writes {@link Properties} of texts, unless some come from defaults that are not among
 * the entries.
 */
final class PropertiesSerializer extends ValueSerializer<Object> {

	@Override
	public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
		Properties properties = (Properties) value;
		boolean whole = properties.stringPropertyNames().equals(properties.keySet());
		if (!whole || properties.getClass() != Properties.class) {
			throw new UnshowableValueException(generator,
					"its Properties have defaults, or are not of texts only. Copy them into a Map",
					context.constructType(Properties.class));
		}
		generator.writeStartObject(value);
		for (String name : properties.stringPropertyNames()) {
			generator.writeName(name);
			generator.writeString(properties.getProperty(name));
		}
		generator.writeEndObject();
	}

}
