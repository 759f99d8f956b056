package io.airlockapp.gateway.approval.argument.json;

import java.util.List;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;

/**
 * Writes keys of maps by the one member that they consist of.
 */
final class WholeKeySerializer extends ValueSerializer<Object> {

	private final ValueSerializer<Object> delegate;

	private final AnnotatedMember member;

	private final List<HiddenFieldWriter> fields;

	@SuppressWarnings("unchecked")
	WholeKeySerializer(ValueSerializer<?> delegate, AnnotatedMember member) {
		this.delegate = (ValueSerializer<Object>) delegate;
		this.member = member;
		this.fields = HiddenFields.of(member.getDeclaringClass())
			.stream()
			.map((field) -> new HiddenFieldWriter(field, false))
			.toList();
	}

	@Override
	public void serialize(Object key, JsonGenerator generator, SerializationContext context) {
		if (!this.fields.stream().allMatch((field) -> field.holds(this.member.getValue(key), key))) {
			throw new UnshowableValueException(generator,
					"a key of type %s holds more than it shows".formatted(key.getClass().getName()), null);
		}
		this.delegate.serialize(key, generator, context);
	}

}
