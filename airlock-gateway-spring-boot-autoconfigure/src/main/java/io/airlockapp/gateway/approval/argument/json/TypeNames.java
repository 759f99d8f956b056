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
 * Names the class of an object where the declared types do not, since classes with equal
 * properties may behave differently.
 */
final class TypeNames {

	/**
	 * The member that contains the name.
	 */
	static final String MEMBER = "@type";

	/**
	 * The depth to which type arguments are inspected, since they may be infinite.
	 */
	private static final int DEPTH = 5;

	private TypeNames() {
	}

	/**
	 * Return the class name of a value, without the package.
	 */
	static String of(Object value) {
		return ClassUtils.getShortName(type(value));
	}

	private static Class<?> type(Object value) {
		return (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : ClassUtils.getUserClass(value);
	}

	/**
	 * Return the name of a member of an argument, such that it can't be taken for the
	 * member with the class name.
	 * @return the name, with an additional character if necessary
	 */
	static String escape(String name) {
		boolean alike = name.endsWith(MEMBER)
				&& name.chars().limit(name.length() - MEMBER.length()).allMatch((c) -> c == '@');
		return alike ? "@" + name : name;
	}

	/**
	 * Return whether the declared types allow an object of another class.
	 * @param value the object
	 * @param position the position at which it is written
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
				// The declaration of the owner contains the type arguments
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
