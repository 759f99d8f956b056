package io.airlockapp.gateway.approval.argument.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.VirtualAnnotatedMember;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.databind.util.SimpleBeanPropertyDefinition;

/**
 * Writes a member of an object without reading a property.
 */
@SuppressWarnings("serial")
final class HiddenPropertyWriter extends BeanPropertyWriter {

	private final transient MemberWriter writer;

	/**
	 * Create a writer.
	 * @param config the configuration
	 * @param type the class
	 * @param name the name to write
	 * @param member the name of the represented member
	 * @param writer the writer of the member's value
	 */
	// Jackson 3.0 does not have the other constructor
	@SuppressWarnings("deprecation")
	HiddenPropertyWriter(SerializationConfig config, AnnotatedClass type, String name, String member,
			MemberWriter writer) {
		super(definition(config, type, name), member(config, type, member), type.getAnnotations(),
				config.constructType(String.class), ToStringSerializer.instance, null, null, false, null, null);
		this.writer = writer;
	}

	private static SimpleBeanPropertyDefinition definition(SerializationConfig config, AnnotatedClass type,
			String name) {
		return SimpleBeanPropertyDefinition.construct(config, member(config, type, name), PropertyName.construct(name));
	}

	private static VirtualAnnotatedMember member(SerializationConfig config, AnnotatedClass type, String name) {
		return new VirtualAnnotatedMember(type, type.getRawType(), name, config.constructType(String.class));
	}

	@Override
	public void fixAccess(SerializationConfig config) {
		// There is no member to be made accessible
	}

	@Override
	public void serializeAsProperty(Object bean, JsonGenerator generator, SerializationContext context) {
		if (this.writer.isNeeded(bean, generator, context)) {
			generator.writeName(getName());
			this.writer.write(bean, generator, context);
		}
	}

	@Override
	public void serializeAsElement(Object bean, JsonGenerator generator, SerializationContext context) {
		this.writer.write(bean, generator, context);
	}

	/**
	 * Strategy interface for writing the value of a member.
	 */
	@FunctionalInterface
	interface MemberWriter {

		void write(Object owner, JsonGenerator generator, SerializationContext context);

		/**
		 * Return whether the member has to be written, since nothing else shows it.
		 */
		default boolean isNeeded(Object owner, JsonGenerator generator, SerializationContext context) {
			return true;
		}

	}

}
