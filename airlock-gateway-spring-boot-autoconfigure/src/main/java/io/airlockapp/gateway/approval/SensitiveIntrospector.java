package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
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
		return annotated.hasAnnotation(AirlockSensitive.class) || (annotated instanceof AnnotatedClass
				&& KotlinValueClasses.isOne(annotated.getRawType()) && SensitiveMembers.isIn(annotated.getRawType()));
	}

	@Override
	public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
		return findSerializer(config, annotated);
	}

}
