package io.airlockapp.gateway.approval.argument.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.airlockapp.gateway.approval.AirlockSensitive;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.util.NameTransformer;

/**
 * Disables the annotations that make Jackson write less than the state of a class:
 * formats, views, filters, own serializers, inclusion rules, type ids, and narrower
 * types. Names and visibility of properties are those of the application.
 */
@SuppressWarnings("serial")
final class SnapshotIntrospector extends AnnotationIntrospectorPair {

	private static final JsonInclude.Value ALWAYS = JsonInclude.Value.construct(JsonInclude.Include.ALWAYS,
			JsonInclude.Include.ALWAYS);

	private final boolean masking;

	/**
	 * Create an introspector.
	 * @param application the introspector of the application
	 * @param masking whether {@link AirlockSensitive} values are masked
	 */
	SnapshotIntrospector(AnnotationIntrospector application, boolean masking) {
		super(AnnotationIntrospector.nopInstance(), application);
		this.masking = masking;
	}

	@Override
	public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
		// Jackson may not associate a constructor parameter with its property
		return (this.masking && annotated instanceof AnnotatedMember member
				&& (member.hasAnnotation(AirlockSensitive.class)
						|| SensitiveMembers.has(member.getDeclaringClass(), member.getName())))
								? new SensitiveSerializer() : null;
	}

	@Override
	public @Nullable Object findNullSerializer(MapperConfig<?> config, Annotated annotated) {
		return findSerializer(config, annotated);
	}

	@Override
	public Boolean hasAsValue(MapperConfig<?> config, Annotated annotated) {
		return isWholeValue(annotated) && Boolean.TRUE.equals(super.hasAsValue(config, annotated));
	}

	@Override
	public Boolean hasAsKey(MapperConfig<?> config, Annotated annotated) {
		return isWholeValue(annotated) && Boolean.TRUE.equals(super.hasAsKey(config, annotated));
	}

	/**
	 * Return whether a member represents the complete state of its class.
	 */
	private static boolean isWholeValue(Annotated annotated) {
		return annotated instanceof AnnotatedMember member && HiddenFields.of(member.getDeclaringClass())
			.stream()
			.allMatch((field) -> SensitiveMembers.property(field.getName())
				.equals(SensitiveMembers.property(member.getName())));
	}

	@Override
	public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
		return ALWAYS;
	}

	@Override
	public JavaType refineSerializationType(MapperConfig<?> config, Annotated annotated, JavaType baseType) {
		return baseType;
	}

	@Override
	public JsonSerialize.@Nullable Typing findSerializationTyping(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	/**
	 * Disables type ids, which depend on the position of an object. See
	 * {@link TypeNames}.
	 */
	@Override
	public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findTypeResolverBuilder(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Boolean isTypeId(MapperConfig<?> config, AnnotatedMember member) {
		return null;
	}

	@Override
	public ObjectIdInfo findObjectReferenceInfo(MapperConfig<?> config, Annotated annotated, ObjectIdInfo info) {
		return info;
	}

	@Override
	public JsonFormat.@Nullable Value findFormat(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findKeySerializer(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findContentSerializer(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findSerializationConverter(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findSerializationContentConverter(MapperConfig<?> config, AnnotatedMember member) {
		return null;
	}

	@Override
	public @Nullable NameTransformer findUnwrappingNameTransformer(MapperConfig<?> config, AnnotatedMember member) {
		return null;
	}

	@Override
	public @Nullable Object findFilterId(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public Class<?> @Nullable [] findViews(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

}
