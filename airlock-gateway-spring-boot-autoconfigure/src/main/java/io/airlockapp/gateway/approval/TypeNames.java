package io.airlockapp.gateway.approval;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.ClassUtils;

/**
 * Names the class of an object where another could stand in its place: two classes with
 * equal properties may do different things.
 */
final class TypeNames {

	/**
	 * The member that holds the name.
	 */
	static final String MEMBER = "@type";

	private TypeNames() {
	}

	/**
	 * Return whether objects of a class can stand for another type of the application.
	 * @param config the configuration
	 * @param type the class
	 * @return whether the class extends or implements one, and Jackson writes no type id
	 */
	static boolean isNeeded(SerializationConfig config, AnnotatedClass type) {
		Class<?> parent = type.getRawType().getSuperclass();
		boolean replaceable = (parent != null && !LibraryTypes.contain(parent))
				|| ClassUtils.getAllInterfacesForClassAsSet(type.getRawType())
					.stream()
					.anyMatch((implemented) -> !LibraryTypes.contain(implemented));
		return replaceable && config.getAnnotationIntrospector().findPolymorphicTypeInfo(config, type) == null;
	}

	/**
	 * Return the name of a class.
	 * @param type the class
	 * @return the name, without the package
	 */
	static String of(Class<?> type) {
		return ClassUtils.getShortName(ClassUtils.getUserClass(type));
	}

	/**
	 * Return the name of the class of a guarded method. An anonymous class has none, so
	 * it goes by what it implements or extends.
	 * @param type the class
	 * @return the name, without the package and enclosing classes
	 */
	static String ofDeclaring(Class<?> type) {
		Class<?> named = type;
		while (named.isAnonymousClass()) {
			Class<?>[] interfaces = named.getInterfaces();
			named = (interfaces.length > 0) ? interfaces[0] : named.getSuperclass();
		}
		return named.getSimpleName();
	}

	/**
	 * Add the name of an argument's class, if the parameter has another type.
	 * @param parameter the parameter's type
	 * @param value the argument
	 * @param json the argument as it was written
	 * @return the JSON with the name
	 */
	static JsonNode add(Class<?> parameter, @Nullable Object value, JsonNode json) {
		if (value == null || value.getClass() == parameter || LibraryTypes.contain(value.getClass())
				|| json instanceof MaskNode || json.has(MEMBER)) {
			return json;
		}
		boolean constant = value instanceof Enum<?> member && member.getDeclaringClass() == parameter;
		if (constant) {
			return json;
		}
		ObjectNode named = JsonNodeFactory.instance.objectNode().put(MEMBER, of(value.getClass()));
		if (json.isObject() && !(value instanceof Map)) {
			named.setAll((ObjectNode) json);
		}
		else {
			named.set("value", json);
		}
		return named;
	}

}
