package io.airlockapp.gateway.approval;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.impl.UnknownSerializer;

/**
 * Refuses objects without visible properties. Jackson writes them as <code>{}</code>,
 * whatever they hold, if their class has any annotation.
 */
@SuppressWarnings("serial")
final class VisibleObjectsModule extends SimpleModule {

	VisibleObjectsModule() {
		super(VisibleObjectsModule.class.getName());
		setSerializerModifier(new Modifier());
	}

	private static final class Modifier extends ValueSerializerModifier {

		@Override
		public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
				ValueSerializer<?> serializer) {
			boolean empty = serializer instanceof BeanSerializer && !serializer.properties().hasNext();
			return (empty && !description.getType().isRecordType())
					? new UnknownSerializer(description.getType().getRawClass()) : serializer;
		}

	}

}
