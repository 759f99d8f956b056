package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.MethodArguments.Argument;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.ExactJson;
import io.airlockapp.gateway.harp.HarpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.introspect.AnnotationIntrospectorPair;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.NativeDetector;
import org.springframework.util.Assert;

/**
 * Writes arguments as JSON, the way the application's mapper does, but never as less than
 * they are: numbers stay exact, and what can't be shown is an error.
 */
final class ArgumentWriter {

	private static final ObjectReader reader = HarpJson.mapper()
		.reader()
		.with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

	private final JsonMapper plain;

	private final JsonMapper masking;

	ArgumentWriter(JsonMapper applicationMapper) {
		this.plain = applicationMapper.rebuild()
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			// In a native image, a record that nobody registered looks as if it were
			// empty
			.addModule(new VisibleObjectsModule(!NativeDetector.inNativeImage()))
			.build();
		this.masking = this.plain.rebuild()
			.addModule(new SensitiveModule())
			.annotationIntrospector(AnnotationIntrospectorPair.create(new SensitiveIntrospector(),
					this.plain.serializationConfig().getAnnotationIntrospector()))
			.build();
	}

	/**
	 * Write the arguments by name.
	 * @param arguments the arguments
	 * @param mask hides the sensitive ones
	 * @return the JSON
	 * @throws ApprovalUnavailableException if one can't be shown; its value is not told
	 */
	ObjectNode write(MethodArguments arguments, Masking mask) {
		ObjectNode result = JsonNodeFactory.instance.objectNode();
		for (Argument argument : arguments.list()) {
			try {
				Assert.isTrue(!result.has(argument.name()), "another argument has the same name");
				result.set(argument.name(), write(argument, mask));
			}
			catch (IllegalArgumentException | JacksonException ex) {
				throw new ApprovalUnavailableException(
						("Argument '%s' of %s can't be shown to a person, so nobody can approve it: %s. Pass plain data "
								+ "that the application's JsonMapper can write")
							.formatted(argument.name(), arguments, describe(ex)),
						null, null);
			}
		}
		return result;
	}

	private JsonNode write(Argument argument, Masking mask) {
		RepeatableValues.require(argument.value());
		if (argument.sensitive()) {
			return JsonNodeFactory.instance.stringNode(mask.mask(canonical(argument.value())));
		}
		SensitiveSerializer.Context context = new SensitiveSerializer.Context((value) -> mask.mask(canonical(value)));
		JsonNode value = read(this.masking.writer().withAttribute(SensitiveSerializer.Context.class, context),
				argument.value());
		// Tells here, where the argument's name is known, what has no canonical form
		CanonicalJson.toText(value);
		return value;
	}

	private byte[] canonical(@Nullable Object value) {
		return CanonicalJson.toBytes(read(this.plain.writer(), value));
	}

	private static JsonNode read(ObjectWriter writer, @Nullable Object value) {
		return ExactJson.of(reader.readTree(json(writer, value)));
	}

	private static String json(ObjectWriter writer, @Nullable Object value) {
		try {
			return writer.writeValueAsString(value);
		}
		catch (JacksonException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// Of the value, whose message can repeat what is secret
			throw new IllegalArgumentException(unwritable(ex));
		}
	}

	private static String describe(Exception ex) {
		if (ex instanceof UnshowableValueException unshowable) {
			return unshowable.getOriginalMessage();
		}
		if (ex instanceof InvalidDefinitionException definition) {
			return "no properties of " + definition.getType() + " are visible";
		}
		return (ex instanceof IllegalArgumentException) ? String.valueOf(ex.getMessage()) : unwritable(ex);
	}

	private static String unwritable(Exception ex) {
		return "it can't be written as JSON (%s)".formatted(ex.getClass().getSimpleName());
	}

	static String digest(JsonNode snapshot) {
		return ArtifactHash.of(CanonicalJson.toBytes(snapshot));
	}

}
