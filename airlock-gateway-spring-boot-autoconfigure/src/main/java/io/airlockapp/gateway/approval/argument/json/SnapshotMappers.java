package io.airlockapp.gateway.approval.argument.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.core.NativeDetector;

/**
 * Holds the mappers that write arguments: one for the values that are shown, and one for
 * hidden values, which are digested. Both name properties like the application's mapper,
 * and disable all settings by which values are written incompletely.
 */
public final class SnapshotMappers {

	private final JsonMapper shown;

	private final JsonMapper hidden;

	public SnapshotMappers(JsonMapper applicationMapper) {
		this.shown = mapper(applicationMapper, true);
		this.hidden = mapper(applicationMapper, false);
	}

	private static JsonMapper mapper(JsonMapper applicationMapper, boolean masking) {
		return applicationMapper.rebuild()
			.deactivateDefaultTyping()
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS, SerializationFeature.FAIL_ON_SELF_REFERENCES,
					SerializationFeature.WRITE_EMPTY_JSON_ARRAYS)
			.disable(SerializationFeature.WRAP_ROOT_VALUE, SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED,
					SerializationFeature.WRITE_SELF_REFERENCES_AS_NULL, SerializationFeature.INDENT_OUTPUT,
					SerializationFeature.CLOSE_CLOSEABLE)
			.enable(MapperFeature.USE_ANNOTATIONS, MapperFeature.CAN_OVERRIDE_ACCESS_MODIFIERS)
			.disable(MapperFeature.USE_STATIC_TYPING, MapperFeature.REQUIRE_SETTERS_FOR_GETTERS)
			.enable(JsonWriteFeature.QUOTE_PROPERTY_NAMES, JsonWriteFeature.WRITE_NAN_AS_STRINGS)
			.changeDefaultPropertyInclusion(
					(inclusion) -> JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
			// In a native image, a class without metadata appears to be empty
			.addModule(new SimpleModule(SnapshotMappers.class.getName())
				.setSerializerModifier(new SnapshotSerializerModifier(masking, !NativeDetector.inNativeImage())))
			.annotationIntrospector(new SnapshotIntrospector(
					applicationMapper.serializationConfig().getAnnotationIntrospector(), masking))
			.build();
	}

	/**
	 * Create the context for writing the arguments of one call.
	 * @param masking the masking of sensitive values
	 * @param limit the remaining size
	 * @return the context
	 */
	public SnapshotContext newContext(Masking masking, SizeLimit limit) {
		return new SnapshotContext(masking, this::writeHidden, limit);
	}

	/**
	 * Write a value as it is shown.
	 * @param value the value
	 * @param context the current context
	 * @return the tree
	 */
	public JsonNode writeShown(@Nullable Object value, SnapshotContext context) {
		return new SnapshotReader(context).read(write(this.shown, value, context));
	}

	/**
	 * Write a value in full, for a digest.
	 * @return the canonical JSON
	 */
	byte[] writeHidden(@Nullable Object value, SnapshotContext context) {
		return CanonicalJson.toBytes(new SnapshotReader(context).read(write(this.hidden, value, context)));
	}

	private static String write(JsonMapper mapper, @Nullable Object value, SnapshotContext context) {
		StringBuilder text = new StringBuilder();
		ObjectWriter writer = mapper.writer().withAttribute(SnapshotContext.class, context);
		try (JsonGenerator generator = new NoRawValueGenerator(writer.createGenerator(context.limit().writer(text)))) {
			writer.writeValue(generator, value);
		}
		catch (JacksonException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// An exception of the value, whose message may contain secrets
			throw new IllegalArgumentException(
					"it can't be written as JSON (%s)".formatted(ex.getClass().getSimpleName()));
		}
		return text.toString();
	}

}
