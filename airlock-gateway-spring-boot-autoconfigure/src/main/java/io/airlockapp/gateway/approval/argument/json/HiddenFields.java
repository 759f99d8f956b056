package io.airlockapp.gateway.approval.argument.json;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

import io.airlockapp.gateway.approval.argument.type.LibraryTypes;

/**
 * Finds the fields that contain the state of a class.
 */
public final class HiddenFields {

	/**
	 * The prefix of the reference to the enclosing instance of an inner class, which is
	 * not data.
	 */
	private static final String OUTER = "this$";

	private HiddenFields() {
	}

	/**
	 * Return the instance fields of a class with its own way of writing, which covers the
	 * fields inherited from Java and well-known libraries.
	 * @param type the class
	 * @return the fields, those of superclasses last
	 */
	public static List<Field> of(Class<?> type) {
		return of(type, LibraryTypes::contain);
	}

	/**
	 * Return the instance fields of a class that is written by its properties.
	 * @param type the class
	 * @return the fields, those of superclasses last
	 */
	public static List<Field> ofBean(Class<?> type) {
		return of(type, LibraryTypes::isOfJava);
	}

	/**
	 * Return the instance fields that well-known libraries declare.
	 * @param type the class of a library, or one that inherits from it
	 * @return the fields, those of superclasses last
	 */
	static List<Field> ofLibrary(Class<?> type) {
		return ofBean(type).stream().filter((field) -> LibraryTypes.contain(field.getDeclaringClass())).toList();
	}

	private static List<Field> of(Class<?> type, Predicate<Class<?>> covered) {
		List<Field> fields = new ArrayList<>();
		for (Class<?> owner = type; owner != null && !covered.test(owner); owner = owner.getSuperclass()) {
			Arrays.stream(owner.getDeclaredFields())
				.filter((field) -> !Modifier.isStatic(field.getModifiers()))
				.filter((field) -> !field.getName().startsWith(OUTER) && !field.getName().startsWith("$$_hibernate_"))
				.forEach(fields::add);
		}
		return fields;
	}

}
