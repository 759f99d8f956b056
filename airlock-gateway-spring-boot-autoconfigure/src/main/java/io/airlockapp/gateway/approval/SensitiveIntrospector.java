package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;

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
		return isSensitive(annotated) ? new SensitiveSerializer() : null;
	}

	private static boolean isSensitive(Annotated annotated) {
		if (annotated instanceof AnnotatedMember member) {
			// Jackson may not know which property a constructor's parameter is about
			return member.hasAnnotation(AirlockSensitive.class)
					|| SensitiveMembers.has(member.getDeclaringClass(), member.getName());
		}
		return annotated.hasAnnotation(AirlockSensitive.class)
				|| (annotated instanceof AnnotatedClass type && isHiddenAsAWhole(type));
	}

	/**
	 * Return whether something else than its properties is written of a type that has
	 * sensitive ones.
	 */
	private static boolean isHiddenAsAWhole(AnnotatedClass type) {
		return SensitiveMembers.isIn(type.getRawType())
				&& (KotlinValueClasses.isOne(type.getRawType()) || type.hasAnnotation(JsonSerialize.class));
	}

	@Override
	public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
		return findSerializer(config, annotated);
	}

}
