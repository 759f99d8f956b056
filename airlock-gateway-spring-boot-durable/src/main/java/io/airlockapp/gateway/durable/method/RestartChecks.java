/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import java.lang.reflect.Method;
import java.util.List;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * Finds methods with {@link RestartUncommitted} whose runs would not be kept from
 * commits.
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

	/**
	 * Find the reason why a durable method cannot have the annotation.
	 * @param bean the bean, with its proxies
	 * @param method the method
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String findObstacle(Object bean, DurableMethod method) {
		return beginsTransaction(bean, method) ? null
				: "it has @RestartUncommitted, but is not in a transaction of its own, so that a run which is replaced "
						+ "could not be undone; add @Transactional to the method, or remove @RestartUncommitted";
	}

	/**
	 * Return whether an interceptor inside the guard begins a transaction.
	 */
	private static boolean beginsTransaction(Object bean, DurableMethod method) {
		boolean inside = false;
		for (Object layer = bean; layer instanceof Advised proxy; layer = AopProxyUtils.getSingletonTarget(layer)) {
			for (Advisor advisor : proxy.getAdvisors()) {
				inside = inside || advisor instanceof ApprovalAdvisor;
				if (inside && advisor.getAdvice() instanceof TransactionInterceptor interceptor
						&& beginsTransaction(interceptor.getTransactionAttributeSource(), method)) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean beginsTransaction(@Nullable TransactionAttributeSource source, DurableMethod method) {
		TransactionDefinition transaction = (source != null)
				? source.getTransactionAttribute(method.method(), method.type()) : null;
		return transaction != null && TransactionChecks.beginsTransaction(transaction);
	}

}
