package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.Iterator;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanSerializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jdk.JDKKeySerializers;
import tools.jackson.databind.util.ClassUtil;

/**
 * Refuses objects that are more than would be shown of them. Jackson writes them as
 * <code>{}</code>, whatever they hold, if their class has any annotation. Refuses map
 * keys, too, of which Jackson would write no more than what their <code>toString()</code>
 * tells.
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
			String obstacle = obstacle(description.getType().getRawClass(), serializer);
			if (obstacle != null) {
				return new RefusingSerializer(description.getType(), obstacle);
			}
			boolean empty = serializer instanceof BeanSerializer && !serializer.properties().hasNext();
			boolean refused = empty && !(this.emptyRecords && description.getType().isRecordType());
			return refused ? new UnknownSerializer(description.getType().getRawClass()) : serializer;
		}

		private static @Nullable String obstacle(Class<?> type, ValueSerializer<?> serializer) {
			Iterator<PropertyWriter> properties = serializer.properties();
			while (properties.hasNext()) {
				AnnotatedMember member = properties.next().getMember();
				if (member != null && member.getMember() instanceof Method method && KotlinValueClasses.areIn(method)) {
					return "a %s has properties of Kotlin value classes, which can't be told from the values inside"
						.formatted(type.getName());
				}
			}
			// What they hold is seldom what their getters tell
			return (serializer instanceof BeanSerializerBase && JavaTypes.contain(type))
					? "a %s is no data".formatted(type.getName()) : null;
		}

		@Override
		public ValueSerializer<?> modifyKeySerializer(SerializationConfig config, JavaType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			boolean refused = SensitiveMembers.isIn(type.getRawClass())
					|| (serializer instanceof JDKKeySerializers.Default && !ClassUtil.isJDKClass(type.getRawClass()));
			return refused ? new UnknownSerializer(type.getRawClass()) : serializer;
		}

	}

}
