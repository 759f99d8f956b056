package io.airlockapp.gateway.durable.argument;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.snapshot.StateFields;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;

/**
 * Ignores {@link AirlockOmitted} members, so that they are neither written nor read.
 */
@SuppressWarnings("serial")
final class OmittedIntrospector extends AnnotationIntrospectorPair {

	OmittedIntrospector(AnnotationIntrospector application) {
		super(AnnotationIntrospector.nopInstance(), application);
	}

	@Override
	public boolean hasIgnoreMarker(MapperConfig<?> config, AnnotatedMember member) {
		return super.hasIgnoreMarker(config, member) || member.hasAnnotation(AirlockOmitted.class)
				|| (member instanceof AnnotatedField field && StateFields.isOmitted(field.getAnnotated()));
	}

}
