package io.airlockapp.gateway.approval.argument.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;

/**
 * Writes the name of an object's class, where another could stand in its place.
 */
final class TypeNameWriter implements HiddenPropertyWriter.MemberWriter {

	@Override
	public boolean isNeeded(Object owner, JsonGenerator generator, SerializationContext context) {
		return TypeNames.isNeeded(owner, generator.streamWriteContext().getParent(), context);
	}

	@Override
	public void write(Object owner, JsonGenerator generator, SerializationContext context) {
		generator.writeString(SnapshotContext.of(context).typeName(TypeNames.of(owner)));
	}

}
