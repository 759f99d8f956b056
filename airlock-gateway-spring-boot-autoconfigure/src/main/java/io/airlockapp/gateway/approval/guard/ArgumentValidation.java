/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.Pointcuts;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;

/**
 * Places Spring's method validation directly before the guard, if it is inside the guard.
 * Approval is then not requested for invalid arguments, and validation takes place after
 * authorization. The validation inside remains, since it also validates the return value,
 * which has to happen within a transaction.
 */
public final class ArgumentValidation {

	private ArgumentValidation() {
	}

	/**
	 * Add the validation to the proxy of a bean, if it has a guard with method validation
	 * inside.
	 * @param proxy the proxy, with all other advisors
	 */
	public static void addTo(Advised proxy) {
		Advisor[] advisors = proxy.getAdvisors();
		int guard = 0;
		while (guard < advisors.length && !(advisors[guard] instanceof ApprovalAdvisor)) {
			guard++;
		}
		for (int i = guard; i < advisors.length; i++) {
			if (isValidating(advisors[i])) {
				Pointcut guarded = ((PointcutAdvisor) advisors[guard]).getPointcut();
				Pointcut pointcut = (advisors[i] instanceof PointcutAdvisor advisor)
						? Pointcuts.intersection(advisor.getPointcut(), guarded) : guarded;
				proxy.addAdvisor(guard, new DefaultPointcutAdvisor(pointcut, advisors[i].getAdvice()));
			}
		}
	}

	private static boolean isValidating(Advisor advisor) {
		return advisor.getAdvice() instanceof MethodValidationInterceptor;
	}

}
