package io.airlockapp.gateway.approval.argument.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.exc.InvalidDefinitionException;

/**
 * Exception thrown when a value can't be shown as what it is. Its message contains no
 * part of the value.
 */
@SuppressWarnings("serial")
public final class UnserializableValueException extends InvalidDefinitionException {

	UnserializableValueException(JsonGenerator generator, String message, @Nullable JavaType type) {
		super(generator, message, type);
	}

}
