package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;

/**
 * Has properties with {@link AirlockSensitive} written by {@link SensitiveSerializer}.
 */
@SuppressWarnings("serial")
final class SensitiveIntrospector extends AnnotationIntrospector {

	@Override
	public Version version() {
		return Version.unknownVersion();
	}

	@Override
	public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
		return annotated.hasAnnotation(AirlockSensitive.class) ? new SensitiveSerializer() : null;
	}

	@Override
	public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
		return findSerializer(config, annotated);
	}

}
