package io.airlockapp.gateway.approval;

import java.util.List;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;

/**
 * Has properties written by {@link SensitiveSerializer} which {@link SensitiveMembers}
 * knows to be sensitive in an object's class, though Jackson doesn't; and whole objects
 * with such properties where something else than Jackson's own way decides what is
 * written of them.
 */
@SuppressWarnings("serial")
final class SensitiveModule extends SimpleModule {

	SensitiveModule() {
		super(SensitiveModule.class.getName());
		setSerializerModifier(new Modifier());
	}

	private static final class Modifier extends ValueSerializerModifier {

		@Override
		public List<BeanPropertyWriter> changeProperties(SerializationConfig config,
				BeanDescription.Supplier description, List<BeanPropertyWriter> properties) {
			Class<?> type = description.getType().getRawClass();
			properties.stream()
				.filter((property) -> SensitiveMembers.has(type, property.getMember().getName()))
				.filter((property) -> !(property.getSerializer() instanceof SensitiveSerializer))
				.forEach(Modifier::mask);
			return properties;
		}

		private static void mask(BeanPropertyWriter property) {
			property.assignSerializer(new SensitiveSerializer());
			property.assignNullSerializer(new SensitiveSerializer());
		}

		@Override
		public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
				ValueSerializer<?> serializer) {
			boolean hidden = SensitiveMembers.isIn(description.getType().getRawClass())
					&& !(serializer instanceof BeanSerializerBase) && !(serializer instanceof RefusingSerializer);
			return hidden ? new SensitiveSerializer() : serializer;
		}

	}

}
