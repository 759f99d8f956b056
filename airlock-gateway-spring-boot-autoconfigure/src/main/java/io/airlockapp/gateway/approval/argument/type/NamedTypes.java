package io.airlockapp.gateway.approval.argument.type;

/**
 * Finds the types that name the classes of guarded methods, since anonymous classes have
 * no name.
 */
public final class NamedTypes {

	private NamedTypes() {
	}

	/**
	 * Return the name of the class of a guarded method. An anonymous class has none, so
	 * it goes by what it implements or extends.
	 * @param type the class
	 * @return the name, without the package and enclosing classes
	 */
	public static String nameOf(Class<?> type) {
		return of(type).getSimpleName();
	}

	/**
	 * Return the class by which the class of a guarded method goes.
	 * @param type the class
	 * @return the class, or what it implements or extends if it is anonymous
	 */
	public static Class<?> of(Class<?> type) {
		Class<?> named = type;
		while (named.isAnonymousClass()) {
			Class<?>[] interfaces = named.getInterfaces();
			named = (interfaces.length > 0) ? interfaces[0] : named.getSuperclass();
		}
		return named;
	}

}
