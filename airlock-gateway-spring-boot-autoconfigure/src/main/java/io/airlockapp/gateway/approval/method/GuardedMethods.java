package io.airlockapp.gateway.approval.method;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

import org.springframework.util.ReflectionUtils;

/**
 * Finds the methods of a class that are to be guarded, whether they can be or not.
 */
public final class GuardedMethods {

	private GuardedMethods() {
	}

	/**
	 * Return the methods that ask for approval.
	 * @param type the class
	 * @return its methods, those of its superclasses, and the default methods of its
	 * interfaces
	 */
	public static List<Method> of(Class<?> type) {
		if (!GuardedTypes.mayGuard(type)) {
			return List.of();
		}
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> isGuarded(method, type))
			.toList();
	}

	private static boolean isGuarded(Method method, Class<?> type) {
		if (method.isSynthetic() || method.getDeclaringClass() == Object.class) {
			return false;
		}
		if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
			return ApprovalAttributeSource.findOwnAnnotation(method, type) != null;
		}
		// What only the package of a superclass sees is none of the class's own business
		return ApprovalAttributeSource.findAnnotation(method,
				isHidden(method, type) ? method.getDeclaringClass() : type) != null;
	}

	/**
	 * Return whether only a package other than that of the class sees a method, which so
	 * can't be overridden.
	 * @param method the method
	 * @param type the class
	 */
	public static boolean isHidden(Method method, Class<?> type) {
		Class<?> declaringClass = method.getDeclaringClass();
		boolean visible = Modifier.isPublic(method.getModifiers()) || Modifier.isProtected(method.getModifiers());
		return !visible && !(declaringClass.getPackageName().equals(type.getPackageName())
				&& declaringClass.getClassLoader() == type.getClassLoader());
	}

}
