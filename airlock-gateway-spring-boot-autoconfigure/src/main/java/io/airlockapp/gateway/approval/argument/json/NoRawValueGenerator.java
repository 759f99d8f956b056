package io.airlockapp.gateway.approval.argument.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Refuses raw JSON from an argument, which could contain members and values that the
 * argument does not have.
 */
final class NoRawValueGenerator extends JsonGeneratorDelegate {

	NoRawValueGenerator(JsonGenerator generator) {
		super(generator, false);
	}

	private UnserializableValueException refusal() {
		return new UnserializableValueException(this, "it has JSON of its own, such as a RawValue", null);
	}

	@Override
	public JsonGenerator writeRaw(String text) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRaw(String text, int offset, int length) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRaw(SerializableString text) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRaw(char[] text, int offset, int length) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRaw(char character) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRawUTF8String(byte[] text, int offset, int length) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRawValue(String text) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRawValue(String text, int offset, int length) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRawValue(char[] text, int offset, int length) {
		throw refusal();
	}

	@Override
	public JsonGenerator writeRawValue(SerializableString text) {
		throw refusal();
	}

}
