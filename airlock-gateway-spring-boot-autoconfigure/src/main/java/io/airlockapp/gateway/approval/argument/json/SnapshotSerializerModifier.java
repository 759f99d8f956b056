package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.VirtualAnnotatedMember;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.PropertyWriter;
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
 * Replaces serializers that do not write the complete state of a value.
 */
@SuppressWarnings("serial")
final class SnapshotSerializerModifier extends ValueSerializerModifier {

	private final boolean masking;

	private final boolean emptyTypes;

	SnapshotSerializerModifier(boolean masking, boolean emptyTypes) {
		this.masking = masking;
		this.emptyTypes = emptyTypes;
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
	 * Return a writer that does not read the property, which may be one that must not be
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
		List<Field> fields = HiddenFields.ofBean(type);
		if (LibraryTypes.isOfJava(type) || (properties.isEmpty() && !fields.isEmpty())) {
			return properties;
		}
		List<BeanPropertyWriter> all = new ArrayList<>(properties);
		if (!LibraryTypes.contain(type)) {
			all.add(0, new HiddenPropertyWriter(config, description.getClassInfo(), TypeNames.MEMBER, TypeNames.MEMBER,
					new TypeNameWriter()));
		}
		Set<String> names = properties.stream()
			.map(BeanPropertyWriter::getName)
			.collect(Collectors.toCollection(HashSet::new));
		for (Field field : fields) {
			List<BeanPropertyWriter> sameName = sameName(field, properties);
			if (sameName.stream().noneMatch((property) -> isOf(property, field))) {
				HiddenFieldWriter writer = new HiddenFieldWriter(field, this.masking, sameName);
				String name = names.add(writer.name()) ? writer.name()
						: writer.name() + "@" + field.getDeclaringClass().getSimpleName();
				int index = (sameName.size() == 1) ? all.indexOf(sameName.get(0)) : -1;
				if (index != -1) {
					all.set(index, new ComparedPropertyWriter(sameName.get(0), writer, name));
				}
				else {
					all.add(new HiddenPropertyWriter(config, description.getClassInfo(), name, writer.name(), writer));
				}
			}
		}
		return all;
	}

	/**
	 * Return the properties that may show a field. Virtual ones do not.
	 */
	private static List<BeanPropertyWriter> sameName(Field field, List<BeanPropertyWriter> properties) {
		String name = SensitiveMembers.property(field.getName());
		return properties.stream()
			.filter((property) -> property instanceof HiddenPropertyWriter
					|| !(property.getMember() instanceof VirtualAnnotatedMember))
			.filter((property) -> SensitiveMembers.property(property.getMember().getName()).equals(name))
			.toList();
	}

	private static boolean isOf(BeanPropertyWriter property, Field field) {
		return property instanceof HiddenPropertyWriter || field.equals(property.getMember().getMember());
	}

	@Override
	public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
			ValueSerializer<?> serializer) {
		Class<?> type = description.getBeanClass();
		if (JsonNode.class.isAssignableFrom(type)) {
			return new TreeSerializer();
		}
		ValueSerializer<?> exact = JavaValues.serializer(type);
		if (exact != null) {
			return (this.masking && isSensitive(config, type)) ? new SensitiveSerializer() : exact(description, exact);
		}
		boolean credential = CredentialTypes.contain(type) || CredentialTypes.isPrincipal(type);
		if (credential && (this.masking || LibraryTypes.contain(type))) {
			return new CredentialSerializer();
		}
		if (PersistentProxySerializer.handles(type)) {
			return new PersistentProxySerializer();
		}
		String obstacle = SerializabilityChecks.find(type, serializer);
		if (obstacle != null) {
			return new RefusingSerializer(obstacle);
		}
		if (this.masking && SensitiveMembers.isIn(type) && isHiddenAsAWhole(type, serializer)) {
			return new SensitiveSerializer();
		}
		if (!(serializer instanceof BeanSerializerBase)) {
			return withState(description, serializer);
		}
		boolean stateless = this.emptyTypes && HiddenFields.ofBean(type).isEmpty();
		return (isEmpty(serializer) && !stateless) ? new UnknownSerializer(type) : serializer;
	}

	/**
	 * Return whether anything is sensitive in values that are not written by their
	 * properties. Mix-ins are those of the application.
	 */
	private static boolean isSensitive(SerializationConfig config, Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.flatMap((parent) -> Stream.ofNullable(config.findMixInClassFor(parent)))
			.anyMatch(SensitiveMembers::isIn) || SensitiveMembers.isIn(type);
	}

	private static boolean isEmpty(ValueSerializer<?> serializer) {
		Iterator<PropertyWriter> properties = serializer.properties();
		while (properties.hasNext()) {
			if (!properties.next().getName().equals(TypeNames.MEMBER)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return whether a sensitive member could be shown other than by its own property.
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

	private ValueSerializer<?> exact(BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return LibraryTypes.contain(description.getBeanClass()) ? serializer : stateful(description, serializer);
	}

	/**
	 * Add the class of a value, and the state that its serializer does not write.
	 */
	private ValueSerializer<?> withState(BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		Class<?> type = description.getBeanClass();
		if (serializer instanceof RefusingSerializer || serializer instanceof SensitiveSerializer
				|| serializer instanceof UnknownSerializer || serializer instanceof StatefulSerializer) {
			return serializer;
		}
		if (LibraryTypes.contain(type)) {
			boolean replaced = LibraryTypes.isOfJava(type) && StandardSerializer.isReplacing(serializer);
			return replaced ? new StandardSerializer(description) : serializer;
		}
		return stateful(description, serializer);
	}

	private ValueSerializer<?> stateful(BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		Class<?> type = description.getBeanClass();
		List<Field> fields = Enum.class.isAssignableFrom(type) ? List.of() : HiddenFields.of(type);
		AnnotatedMember member = (serializer instanceof JsonValueSerializer) ? description.get().findJsonValueAccessor()
				: null;
		return StatefulSerializer.of(serializer, fields, this.masking, inheritsState(type), member);
	}

	/**
	 * Add the state of a container. If its class inherits no state, a single field may be
	 * the one that contains the elements.
	 */
	private ValueSerializer<?> withStateOfContainer(BeanDescription.Supplier description,
			ValueSerializer<?> serializer) {
		Class<?> type = description.getBeanClass();
		String obstacle = SerializabilityChecks.find(type, serializer);
		if (obstacle != null) {
			return new RefusingSerializer(obstacle);
		}
		return (this.masking && SensitiveMembers.isIn(type)) ? new SensitiveSerializer()
				: withState(description, serializer);
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
		return CredentialTypes.contain(valueType.getRawClass()) ? new CredentialSerializer()
				: withState(description, serializer);
	}

	@Override
	public ValueSerializer<?> modifyCollectionSerializer(SerializationConfig config, CollectionType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return withStateOfContainer(description, serializer);
	}

	@Override
	public ValueSerializer<?> modifyCollectionLikeSerializer(SerializationConfig config, CollectionLikeType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return withStateOfContainer(description, serializer);
	}

	@Override
	public ValueSerializer<?> modifyMapSerializer(SerializationConfig config, MapType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		Class<?> type = valueType.getRawClass();
		if (Properties.class.isAssignableFrom(type)) {
			return new RefusingSerializer(
					"Properties can have defaults that are not among their entries. Copy them into a Map");
		}
		return CredentialTypes.contain(type) ? new CredentialSerializer()
				: withStateOfContainer(description, serializer);
	}

	@Override
	public ValueSerializer<?> modifyMapLikeSerializer(SerializationConfig config, MapLikeType valueType,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return withStateOfContainer(description, serializer);
	}

	@Override
	public ValueSerializer<?> modifyKeySerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, ValueSerializer<?> serializer) {
		return MapKeys.serializer(type, serializer);
	}

	/**
	 * Writes the class name of an object, where an object of another class is possible.
	 */
	private static final class TypeNameWriter implements HiddenPropertyWriter.MemberWriter {

		@Override
		public boolean isNeeded(Object owner, JsonGenerator generator, SerializationContext context) {
			return TypeNames.isNeeded(owner, generator.streamWriteContext().getParent(), context);
		}

		@Override
		public void write(Object owner, JsonGenerator generator, SerializationContext context) {
			generator.writeString(SnapshotContext.of(context).typeName(TypeNames.of(owner)));
		}

	}

}
