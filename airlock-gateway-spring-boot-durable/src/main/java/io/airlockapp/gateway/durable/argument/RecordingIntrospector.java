/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
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
	public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
		return complete(super.findPropertyInclusion(config, annotated));
	}

	/**
	 * Leave out nothing but null: what is empty, or has a default, would be read as
	 * another value. So would null, where only a default is left out.
	 */
	static JsonInclude.Value complete(JsonInclude.Value inclusion) {
		JsonInclude.Include value = switch (inclusion.getValueInclusion()) {
			case ALWAYS, USE_DEFAULTS, NON_NULL -> inclusion.getValueInclusion();
			case NON_DEFAULT, CUSTOM -> JsonInclude.Include.ALWAYS;
			default -> JsonInclude.Include.NON_NULL;
		};
		return JsonInclude.Value.construct(value, JsonInclude.Include.ALWAYS);
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
