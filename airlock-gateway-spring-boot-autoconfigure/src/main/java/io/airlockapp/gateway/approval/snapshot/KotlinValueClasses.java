package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.Arrays;

import org.springframework.core.KotlinDetector;

/**
 * Identifies Kotlin's value classes. At run time, often only the underlying value is
 * left: an unsigned number then appears negative, and a hidden value like any other text.
 */
public final class KotlinValueClasses {

	private static final String ANNOTATION = "kotlin.jvm.JvmInline";

	private KotlinValueClasses() {
	}

	/**
	 * Return whether a method takes or returns the underlying value of a value class. The
	 * compiler gives such a method a name that is not valid in Java.
	 * @param method the method
	 */
	public static boolean hasValueClassIn(Method method) {
		return method.getName().indexOf('-') != -1 && KotlinDetector.isKotlinType(method.getDeclaringClass());
	}

	/**
	 * Return whether a type is a value class.
	 * @param type the type
	 */
	public static boolean isValueClass(Class<?> type) {
		return KotlinDetector.isKotlinType(type) && Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals(ANNOTATION));
	}

}
