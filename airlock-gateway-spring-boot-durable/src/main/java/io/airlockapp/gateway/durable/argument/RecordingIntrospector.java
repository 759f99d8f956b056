/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.snapshot.StateFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;

/**
 * Ignores {@link AirlockOmitted} members, so that they are neither written nor read, and
 * patterns of dates, which can lose a part or depend on the locale of the process.
 */
final class RecordingIntrospector extends AnnotationIntrospectorPair {

	RecordingIntrospector(AnnotationIntrospector application) {
		super(AnnotationIntrospector.nopInstance(), application);
	}

	@Override
	public boolean hasIgnoreMarker(MapperConfig<?> config, AnnotatedMember member) {
		return super.hasIgnoreMarker(config, member) || member.hasAnnotation(AirlockOmitted.class)
				|| (member instanceof AnnotatedField field && StateFields.isOmitted(field.getAnnotated()));
	}

	@Override
	public JsonFormat.@Nullable Value findFormat(MapperConfig<?> config, Annotated annotated) {
		JsonFormat.Value format = super.findFormat(config, annotated);
		if (format == null) {
			return null;
		}
		// The number of an enum constant is another one in another release
		JsonFormat.Value textual = format.getShape().isNumeric() ? format.withShape(JsonFormat.Shape.ANY) : format;
		return textual.withPattern("").withLocale(null).withTimeZone(null);
	}

}
