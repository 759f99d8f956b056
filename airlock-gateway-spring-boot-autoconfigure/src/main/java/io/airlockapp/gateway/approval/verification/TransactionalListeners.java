/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.Environment;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Refuses guarded listeners that Spring calls after the end of a transaction. In their
 * thread, the transaction still holds its connection and counts as open, so the guard
 * would refuse each call, and the event would be lost.
 */
final class TransactionalListeners {

	private static final String LISTENER = "org.springframework.transaction.event.TransactionalEventListener";

	private static final String BEFORE_COMMIT = "BEFORE_COMMIT";

	private static final String ALLOWED = "airlock.gateway.approval.allow-in-transaction";

	private TransactionalListeners() {
	}

	/**
	 * Require that each guarded listener of a bean can run.
	 * @throws UnguardableMethodException if one cannot
	 */
	static void requireCallable(List<Method> guarded, Class<?> type, String beanName,
			ConfigurableListableBeanFactory beanFactory) {
		for (Method method : guarded) {
			if (isCalledAfterTransaction(method)) {
				String obstacle = findObstacle(method, type, beanFactory);
				if (obstacle != null) {
					throw ProxyabilityChecks.exception(method, type, beanName, obstacle);
				}
			}
		}
	}

	private static boolean isCalledAfterTransaction(Method method) {
		MergedAnnotation<?> listener = annotations(method).get(LISTENER);
		return listener.isPresent() && !BEFORE_COMMIT.equals(String.valueOf(listener.getValue("phase").orElse(null)));
	}

	private static @Nullable String findObstacle(Method method, Class<?> type,
			ConfigurableListableBeanFactory beanFactory) {
		RequiresAirlockApproval annotation = ApprovalAttributeSource.findAnnotation(method, type);
		if (annotation != null && annotation.durable()) {
			return "as a listener that is called after the end of a transaction, it cannot be recorded in that transaction; "
					+ "use @EventListener, so that the call is recorded before the commit and runs only after it";
		}
		boolean allowed = (annotation != null && annotation.allowInTransaction()) || isAllowed(beanFactory);
		return (allowed || isAsync(method, type, beanFactory)) ? null
				: "it is a listener that is called after the end of a transaction, but before its connection is released, so that "
						+ "each call would be refused as one inside an open transaction; add @Async and @EnableAsync, or set "
						+ "'allowInTransaction = true' if the connection may be held until the decision";
	}

	private static boolean isAllowed(ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, Environment.class)
			.getProperty(ALLOWED, Boolean.class, false);
	}

	private static boolean isAsync(Method method, Class<?> type, ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.containsBean(TaskManagementConfigUtils.ASYNC_ANNOTATION_PROCESSOR_BEAN_NAME)
				&& Stream.<AnnotatedElement>of(method, method.getDeclaringClass(), type)
					.anyMatch((element) -> annotations(element).isPresent(Async.class));
	}

	private static MergedAnnotations annotations(AnnotatedElement element) {
		return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
	}

}
