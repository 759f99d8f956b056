package io.airlockapp.gateway.approval;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jdk.JDKKeySerializers;
import tools.jackson.databind.util.ClassUtil;

/**
 * Refuses objects without visible properties. Jackson writes them as <code>{}</code>,
 * whatever they hold, if their class has any annotation. Refuses map keys, too, of which
 * Jackson would write no more than what their <code>toString()</code> tells.
 */
@SuppressWarnings("serial")
final class VisibleObjectsModule extends SimpleModule {

	/**
	 * Create the module.
	 * @param emptyRecords whether records may have no components; otherwise they are
	 * refused too
	 */
	VisibleObjectsModule(boolean emptyRecords) {
		super(VisibleObjectsModule.class.getName());
		setSerializerModifier(new Modifier(emptyRecords));
	}

	private static final class Modifier extends ValueSerializerModifier {

		private final boolean emptyRecords;

		private Modifier(boolean emptyRecords) {
			this.emptyRecords = emptyRecords;
		}

		@Override
		public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
				ValueSerializer<?> serializer) {
			boolean empty = serializer instanceof BeanSerializer && !serializer.properties().hasNext();
			boolean refused = empty && !(this.emptyRecords && description.getType().isRecordType());
			return refused ? new UnknownSerializer(description.getType().getRawClass()) : serializer;
		}

		@Override
		public ValueSerializer<?> modifyKeySerializer(SerializationConfig config, JavaType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			boolean refused = serializer instanceof JDKKeySerializers.Default
					&& !ClassUtil.isJDKClass(type.getRawClass());
			return refused ? new UnknownSerializer(type.getRawClass()) : serializer;
		}

	}

}
