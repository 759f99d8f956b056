package io.airlockapp.gateway.durable.argument;

import java.util.LinkedHashSet;
import java.util.Set;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Creates the mapper that writes the arguments of recorded calls and rebuilds them. It
 * writes like the application's mapper, but reads strictly, and loses no time zone and no
 * order.
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
					SerializationFeature.CLOSE_CLOSEABLE)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID,
					DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DATES_WITH_CONTEXT_TIME_ZONE)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			// The order of a HashSet may be another one in another process
			.addModule(new SimpleModule(RecordingMappers.class.getName()).addAbstractTypeMapping(Set.class,
					LinkedHashSet.class))
			.annotationIntrospector(
					new OmittedIntrospector(applicationMapper.serializationConfig().getAnnotationIntrospector()))
			.build();
	}

}
