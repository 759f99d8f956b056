package io.airlockapp.gateway.approval;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.BeanSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;
import tools.jackson.databind.ser.jackson.JsonValueSerializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.CollectionLikeType;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapLikeType;
import tools.jackson.databind.type.MapType;

/**
 * Replaces serializers that write less than a value holds.
 */
@SuppressWarnings("serial")
final class SnapshotSerializerModifier extends ValueSerializerModifier {

	private final boolean masking;

	private final boolean emptyRecords;

	SnapshotSerializerModifier(boolean masking, boolean emptyRecords) {
		this.masking = masking;
		this.emptyRecords = emptyRecords;
	}

	@Override
	public List<BeanPropertyWriter> changeProperties(SerializationConfig config, BeanDescription.Supplier description,
			List<BeanPropertyWriter> properties) {
		Class<?> type = description.getBeanClass();
		properties.replaceAll((property) -> SensitiveMembers.isOmitted(type, property.getMember().getName())
				? omitting(config, description, property) : property);
		if (this.masking) {
			properties.stream()
				.filter((property) -> SensitiveMembers.has(type, property.getMember().getName()))
				.forEach(SnapshotSerializerModifier::mask);
		}
		return properties;
	}

	/**
	 * Return a writer that does not read the property: it may be one that must not be
	 * loaded.
	 */
	private static BeanPropertyWriter omitting(SerializationConfig config, BeanDescription.Supplier description,
			BeanPropertyWriter property) {
		return new HiddenPropertyWriter(config, description.getClassInfo(), property.getName(),
				property.getMember().getName(),
				(bean, generator, context) -> generator.writeString(SnapshotContext.of(context).omit()));
	}

	private static void mask(BeanPropertyWriter property) {
		if (!property.hasSerializer()) {
			property.assignSerializer(new SensitiveSerializer());
			property.assignNullSerializer(new SensitiveSerializer());
		}
	}

	@Override
	public List<BeanPropertyWriter> orderProperties(SerializationConfig config, BeanDescription.Supplier description,
			List<BeanPropertyWriter> properties) {
		Class<?> type = description.getBeanClass();
		if (properties.isEmpty() || LibraryTypes.contain(type)) {
			return properties;
		}
		List<BeanPropertyWriter> all = new ArrayList<>(properties);
		Set<String> names = properties.stream()
			.map(BeanPropertyWriter::getName)
			.collect(Collectors.toCollection(HashSet::new));
		if (TypeNames.isNeeded(config, description.getClassInfo()) && names.add(TypeNames.MEMBER)) {
			all.add(0, new HiddenPropertyWriter(config, description.getClassInfo(), TypeNames.MEMBER, TypeNames.MEMBER,
					(bean, generator, context) -> generator.writeString(TypeNames.of(bean.getClass()))));
		}
		for (Field field : uncovered(type, properties)) {
			HiddenFieldWriter writer = new HiddenFieldWriter(field, this.masking);
			String name = names.add(writer.name()) ? writer.name()
					: writer.name() + "@" + field.getDeclaringClass().getSimpleName();
			all.add(new HiddenPropertyWriter(config, description.getClassInfo(), name, writer.name(),
					writer::writeValue));
		}
		return all;
	}

	private static List<Field> uncovered(Class<?> type, List<BeanPropertyWriter> properties) {
		return HiddenFields.uncoveredBy(type,
				properties.stream().map((property) -> property.getMember().getName()).toList());
	}

	@Override
	public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
			ValueSerializer<?> serializer) {
		Class<?> type = description.getBeanClass();
		ValueSerializer<?> exact = JavaValues.serializer(type);
		if (exact != null) {
			return exact;
		}
		if (CredentialTypes.contain(type) || CredentialTypes.isPrincipal(type)) {
			return new CredentialSerializer();
		}
		if (PersistentProxySerializer.handles(type)) {
			return new PersistentProxySerializer();
		}
		String obstacle = SnapshotObstacles.find(type, serializer);
		if (obstacle != null) {
			return new RefusingSerializer(obstacle);
		}
		if (this.masking && SensitiveMembers.isIn(type) && isHiddenAsAWhole(type, serializer)) {
			return new SensitiveSerializer();
		}
		if (!(serializer instanceof BeanSerializerBase)) {
			return withState(type, serializer);
		}
		boolean empty = serializer instanceof BeanSerializer && !serializer.properties().hasNext();
		boolean refused = empty && !(this.emptyRecords && description.isRecordType());
		return refused ? new UnknownSerializer(type) : serializer;
	}

	/**
	 * Return whether a sensitive member could be shown by something else than its own
	 * property.
	 */
	private static boolean isHiddenAsAWhole(Class<?> type, ValueSerializer<?> serializer) {
		if (!(serializer instanceof BeanSerializerBase)) {
			return true;
		}
		Set<String> fields = HiddenFields.of(type)
			.stream()
			.map((field) -> SensitiveMembers.property(field.getName()))
			.collect(Collectors.toSet());
		Set<String> properties = new HashSet<>();
		serializer.properties().forEachRemaining((property) -> {
			if (!(property instanceof HiddenPropertyWriter)) {
				properties.add(SensitiveMembers.property(property.getMember().getName()));
			}
		});
		boolean uncovered = fields.stream()
			.anyMatch((field) -> SensitiveMembers.has(type, field) && !properties.contains(field));
		return uncovered && !fields.containsAll(properties);
	}

	/**
	 * Add the state of a value that its serializer does not write.
	 */
	private ValueSerializer<?> withState(Class<?> type, ValueSerializer<?> serializer) {
		if (type.isEnum() || LibraryTypes.contain(type) || serializer instanceof RefusingSerializer
				|| serializer instanceof SensitiveSerializer || serializer instanceof UnknownSerializer
				|| serializer instanceof JsonValueSerializer) {
			return serializer;
		}
		List<Field> fields = HiddenFields.of(type);
		return fields.isEmpty() ? serializer : StatefulSerializer.of(serializer, fields, this.masking);
	}

	/**
	 * Add the state of a container. One field of a class that inherits no state is what
	 * the elements are kept in.
	 */
	private ValueSerializer<?> withStateOfContainer(Class<?> type, ValueSerializer<?> serializer) {
		String obstacle = SnapshotObstacles.find(type, serializer);
		if (obstacle != null) {
			return new RefusingSerializer(obstacle);
		}
		if (this.masking && SensitiveMembers.isIn(type)) {
			return new SensitiveSerializer();
		}
		boolean elementsOnly = HiddenFields.of(type).size() == 1 && !inheritsState(type);
		return elementsOnly ? serializer : withState(type, serializer);
	}

	private static boolean inheritsState(Class<?> type) {
		Class<?> parent = type;
		while (parent != null && !LibraryTypes.contain(parent)) {
			parent = parent.getSuperclass();
		}
		return parent != null && parent != Object.class && !Modifier.isAbstract(parent.getModifiers());
	}

	@Override
	public ValueSerializer<?> modifyArraySerializer(SerializationConfig config, ArrayType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return CredentialTypes.contain(valueType.getRawClass()) ? new CredentialSerializer() : serializer;
	}

	@Override
	public ValueSerializer<?> modifyCollectionSerializer(SerializationConfig config, CollectionType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return withStateOfContainer(valueType.getRawClass(), serializer);
	}

	@Override
	public ValueSerializer<?> modifyCollectionLikeSerializer(SerializationConfig config, CollectionLikeType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return withStateOfContainer(valueType.getRawClass(), serializer);
	}

	@Override
	public ValueSerializer<?> modifyMapSerializer(SerializationConfig config, MapType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		Class<?> type = valueType.getRawClass();
		if (Properties.class.isAssignableFrom(type)) {
			return new PropertiesSerializer();
		}
		return CredentialTypes.contain(type) ? new CredentialSerializer() : withStateOfContainer(type, serializer);
	}

	@Override
	public ValueSerializer<?> modifyMapLikeSerializer(SerializationConfig config, MapLikeType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return withStateOfContainer(valueType.getRawClass(), serializer);
	}

	@Override
	public ValueSerializer<?> modifyEnumSerializer(SerializationConfig config, JavaType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return new EnumNameSerializer();
	}

	@Override
	public ValueSerializer<?> modifyKeySerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return MapKeys.serializer(type, serializer);
	}

}
