package io.airlockapp.gateway.approval.method;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Distinguishes types that may have guarded methods from those that have none. Each class
 * and each interface is inspected once, so that the beans of an application, nearly all
 * of which have none, cost little.
 */
public final class GuardedTypes {

	private static final ClassValue<Boolean> known = new ClassValue<>() {

		@Override
		protected Boolean computeValue(Class<?> type) {
			return inherits(type) || declares(type);
		}

	};

	private GuardedTypes() {
	}

	/**
	 * Return whether a type may have guarded methods: whether
	 * {@link RequiresAirlockApproval} is anywhere on the type, on what it extends or
	 * implements, or on a method of these.
	 * @param type the type
	 * @return {@code false} only if it has none
	 */
	public static boolean mayGuard(Class<?> type) {
		return known.get(type);
	}

	private static boolean inherits(Class<?> type) {
		Class<?> parent = type.getSuperclass();
		return (parent != null && known.get(parent)) || Arrays.stream(type.getInterfaces()).anyMatch(known::get);
	}

	private static boolean declares(Class<?> type) {
		return AnnotationUtils.isCandidateClass(type, RequiresAirlockApproval.class) && (isAnnotated(type)
				|| Arrays.stream(ReflectionUtils.getDeclaredMethods(type)).anyMatch(GuardedTypes::isAnnotated));
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		// Most have no annotation at all, which Spring would remember for each of them
		return element.getAnnotations().length > 0
				&& AnnotatedElementUtils.isAnnotated(element, RequiresAirlockApproval.class);
	}

}
