package io.airlockapp.gateway.approval.argument.json;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.PropertyWriter;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Names the class of an object where the declared types do not: two classes with equal
 * properties may do different things.
 */
final class TypeNames {

	/**
	 * The member that holds the name.
	 */
	static final String MEMBER = "@type";

	/**
	 * The depth to which type arguments are looked into: they can be without end.
	 */
	private static final int DEPTH = 5;

	private TypeNames() {
	}

	/**
	 * Return the name of the class of a value.
	 * @param value the value
	 * @return the name, without the package
	 */
	static String of(Object value) {
		return ClassUtils.getShortName(type(value));
	}

	private static Class<?> type(Object value) {
		return (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : ClassUtils.getUserClass(value);
	}

	/**
	 * Return the name of a member of an argument, as which no name of a class passes.
	 * @param name the member's name
	 * @return the name, with another sign if it could
	 */
	static String escape(String name) {
		boolean alike = name.endsWith(MEMBER)
				&& name.chars().limit(name.length() - MEMBER.length()).allMatch((c) -> c == '@');
		return alike ? "@" + name : name;
	}

	/**
	 * Return whether an object may be one of another class, as far as is declared.
	 * @param value the object
	 * @param position where it is written
	 * @param context the serialization context
	 * @return whether the property or the parameter that it comes from does not mention
	 * its class
	 */
	static boolean isNeeded(Object value, TokenStreamContext position, SerializationContext context) {
		Class<?> type = type(value);
		if (LibraryTypes.contain(type)) {
			return false;
		}
		TokenStreamContext current = position;
		while (current != null && !current.inRoot()) {
			Object owner = current.currentValue();
			if (current.inObject() && owner != null && !(owner instanceof Map) && !(owner instanceof Map.Entry)
					&& !(owner instanceof Iterable)) {
				boolean declared = isDeclared(type, owner, current.currentName(), context);
				if (declared || owner.getClass().getTypeParameters().length == 0) {
					return !declared;
				}
				// The type arguments are where the owner is declared
			}
			current = current.getParent();
		}
		return !mentions(SnapshotContext.of(context).rootType(), type, DEPTH);
	}

	private static boolean isDeclared(Class<?> type, Object owner, String property, SerializationContext context) {
		Iterator<PropertyWriter> properties = context.findValueSerializer(owner.getClass()).properties();
		while (properties.hasNext()) {
			PropertyWriter candidate = properties.next();
			if (candidate.getName().equals(property)) {
				return mentions(candidate.getType(), type, DEPTH);
			}
		}
		return false;
	}

	private static boolean mentions(JavaType declared, Class<?> type, int depth) {
		if (declared.hasRawClass(type)) {
			return true;
		}
		JavaType content = declared.getContentType();
		return depth > 0 && ((content != null && mentions(content, type, depth - 1)) || declared.getBindings()
			.getTypeParameters()
			.stream()
			.anyMatch((parameter) -> mentions(parameter, type, depth - 1)));
	}

	private static boolean mentions(ResolvableType declared, Class<?> type, int depth) {
		if (declared.resolve() == type) {
			return true;
		}
		return depth > 0 && (mentions(declared.getComponentType(), type, depth - 1)
				|| Arrays.stream(declared.getGenerics()).anyMatch((generic) -> mentions(generic, type, depth - 1)));
	}

}
