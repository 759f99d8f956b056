package io.airlockapp.gateway.approval;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the state of an object that no visible property covers. A property covers the
 * field of its name. State of Java's own superclasses, and of those of well-known
 * libraries, is covered by the way in which their types are written.
 */
final class HiddenFields {

	/**
	 * Refers to the object in which an inner class was created, which is no data.
	 */
	private static final String OUTER = "this$";

	private HiddenFields() {
	}

	/**
	 * Return all instance fields of a class and its superclasses.
	 * @param type the class
	 * @return the fields, those of superclasses last
	 */
	static List<Field> of(Class<?> type) {
		List<Field> fields = new ArrayList<>();
		for (Class<?> owner = type; owner != null && !LibraryTypes.contain(owner); owner = owner.getSuperclass()) {
			Arrays.stream(owner.getDeclaredFields())
				.filter((field) -> !Modifier.isStatic(field.getModifiers()))
				.filter((field) -> !field.getName().startsWith(OUTER) && !field.getName().startsWith("$$_hibernate_"))
				.forEach(fields::add);
		}
		return fields;
	}

	/**
	 * Return the fields that properties leave uncovered.
	 * @param type the class
	 * @param members the names of the members of which properties are made
	 * @return the fields
	 */
	static List<Field> uncoveredBy(Class<?> type, Collection<String> members) {
		Set<String> covered = members.stream()
			.map(SensitiveMembers::property)
			.collect(Collectors.toCollection(HashSet::new));
		// Of two fields with the same name, the property is about the inner one
		return of(type).stream()
			.filter((field) -> !covered.remove(SensitiveMembers.property(field.getName())))
			.toList();
	}

}
