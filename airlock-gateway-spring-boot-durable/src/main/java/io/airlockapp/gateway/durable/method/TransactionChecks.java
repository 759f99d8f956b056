/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/**
 * Finds durable methods whose runs would not have the transaction that they declare.
 */
final class TransactionChecks {

	private TransactionChecks() {
	}

	/**
	 * Find the reason why a durable method would run without its transaction, or never.
	 * @param bean the bean, with its proxies
	 * @param method the method
	 * @param restartable whether the method has {@link RestartUncommitted}, and so needs
	 * a transaction inside the guard
	 * @return the reason, or {@code null} if there is none
	 */
	static @Nullable String findObstacle(Object bean, DurableMethod method, boolean restartable) {
		boolean inside = false;
		boolean begun = false;
		for (Object layer = bean; layer instanceof Advised proxy; layer = AopProxyUtils.getSingletonTarget(layer)) {
			for (Advisor advisor : proxy.getAdvisors()) {
				inside |= advisor instanceof ApprovalAdvisor;
				TransactionAttribute transaction = findTransaction(advisor, method);
				if (transaction == null) {
					continue;
				}
				if (!inside && beginsTransaction(transaction)) {
					return "its transaction begins outside of the guard, so that it would run without one; give "
							+ "@EnableTransactionManagement an order above 'airlock.gateway.approval.order', or lower that";
				}
				if (transaction.getPropagationBehavior() == TransactionDefinition.PROPAGATION_MANDATORY) {
					return "it requires the transaction of a caller, but runs later without one, so that it would never "
							+ "start; use another propagation than MANDATORY";
				}
				begun |= beginsTransaction(transaction);
			}
		}
		return (restartable && !begun)
				? "it has @RestartUncommitted, but is not in a transaction of its own, so that a run which is replaced "
						+ "could not be undone; add @Transactional to the method, or remove @RestartUncommitted"
				: null;
	}

	/**
	 * Return whether a transaction begins for a call without one. Others run without one
	 * anyway.
	 */
	private static boolean beginsTransaction(TransactionDefinition transaction) {
		return switch (transaction.getPropagationBehavior()) {
			case TransactionDefinition.PROPAGATION_REQUIRED, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
					TransactionDefinition.PROPAGATION_NESTED ->
				true;
			default -> false;
		};
	}

	private static @Nullable TransactionAttribute findTransaction(Advisor advisor, DurableMethod method) {
		// The outermost advisor of the guard has no advice before it is used
		if (advisor.getClass().getPackage() == ApprovalAdvisor.class.getPackage()
				|| !(advisor.getAdvice() instanceof TransactionInterceptor interceptor)
				|| (advisor instanceof PointcutAdvisor limited
						&& !limited.getPointcut().getMethodMatcher().matches(method.method(), method.type()))) {
			return null;
		}
		TransactionAttributeSource source = interceptor.getTransactionAttributeSource();
		return (source != null) ? source.getTransactionAttribute(method.method(), method.type()) : null;
	}

}
