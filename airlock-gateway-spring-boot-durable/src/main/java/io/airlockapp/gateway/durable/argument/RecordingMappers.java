/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.FromStringDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.databind.util.StdDateFormat;

/**
 * Creates the mapper that writes the arguments of recorded calls and rebuilds them. It
 * writes like the application's mapper, but reads strictly, and loses no time zone and no
 * order. What it writes does not depend on the time zone and locale of the process.
 */
final class RecordingMappers {

	private RecordingMappers() {
	}

	/**
	 * Create a mapper.
	 * @param applicationMapper the mapper that defines the names of properties
	 * @return the mapper
	 */
	static JsonMapper create(JsonMapper applicationMapper) {
		return applicationMapper.rebuild()
			// Class names that it would read choose what is created
			.deactivateDefaultTyping()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
					DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			// Each argument is followed by the next one
			.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.UNWRAP_ROOT_VALUE)
			.disable(SerializationFeature.WRAP_ROOT_VALUE, SerializationFeature.INDENT_OUTPUT,
					SerializationFeature.CLOSE_CLOSEABLE, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
			// A plain text can lose the scale
			.disable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.changeDefaultPropertyInclusion(RecordingIntrospector::complete)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID,
					DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DATES_WITH_CONTEXT_TIME_ZONE)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.defaultDateFormat(new StdDateFormat())
			.defaultTimeZone(TimeZone.getTimeZone("UTC"))
			.defaultLocale(Locale.ROOT)
			// A string representation can depend on the locale, and an index on a release
			.disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING,
					EnumFeature.WRITE_ENUMS_TO_LOWERCASE, EnumFeature.WRITE_ENUMS_USING_INDEX,
					EnumFeature.WRITE_ENUM_KEYS_USING_INDEX)
			.addModule(module())
			.annotationIntrospector(
					new RecordingIntrospector(applicationMapper.serializationConfig().getAnnotationIntrospector()))
			.build();
	}

	private static SimpleModule module() {
		return new SimpleModule(RecordingMappers.class.getName())
			// The order of a HashSet may be another one in another process
			.addAbstractTypeMapping(Set.class, LinkedHashSet.class)
			// Otherwise, a map with keys of an enum would be one in the order of the enum
			.addAbstractTypeMapping(Map.class, LinkedHashMap.class)
			// It has no time zone, but contains an instant that depends on it
			.addSerializer(java.sql.Date.class, new ToStringSerializer(java.sql.Date.class))
			.addDeserializer(java.sql.Date.class, new DayDeserializer());
	}

	/**
	 * Reads a day that is written as its string representation.
	 */
	private static final class DayDeserializer extends FromStringDeserializer<java.sql.Date> {

		DayDeserializer() {
			super(java.sql.Date.class);
		}

		@Override
		protected java.sql.Date _deserialize(String text, DeserializationContext context) {
			return java.sql.Date.valueOf(text);
		}

	}

}
