/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.reflect.Method;
import java.util.List;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.DurableMethod;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Finds methods with {@link RestartUncommitted} that are not durable.
 */
final class RestartChecks {

	private RestartChecks() {
	}

	static boolean isRestartable(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, RestartUncommitted.class);
	}

	/**
	 * Require that a bean has the annotation on durable methods only.
	 * @param bean the bean
	 * @param durable the durable methods of the bean
	 * @throws UnguardableMethodException if another method has it
	 */
	static void requireDurable(Object bean, List<DurableMethod> durable) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		if (!AnnotationUtils.isCandidateClass(type, RestartUncommitted.class)) {
			return;
		}
		for (Method method : MethodIntrospector.selectMethods(type, (MethodFilter) RestartChecks::isRestartable)) {
			if (durable.stream().noneMatch((each) -> each.method().equals(method))) {
				throw UnguardableMethodException.ofObstacle(
						"%s.%s cannot have @RestartUncommitted: ".formatted(type.getSimpleName(), method.getName()),
						"it is not durable, so that it never starts again; add @RequiresAirlockApproval(durable = "
								+ "true), or remove @RestartUncommitted");
			}
		}
	}

}
