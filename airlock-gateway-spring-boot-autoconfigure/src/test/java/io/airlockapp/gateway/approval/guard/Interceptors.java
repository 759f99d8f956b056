/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.function.Function;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Adds interceptors of guarded methods to contexts.
 */
final class Interceptors {

	private Interceptors() {
	}

	static ApplicationContextRunner add(ApplicationContextRunner runner, int order, MethodInterceptor interceptor) {
		return runner.withBean(DefaultPointcutAdvisor.class, () -> {
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(
					AnnotationMatchingPointcut.forMethodAnnotation(RequiresAirlockApproval.class), interceptor);
			advisor.setOrder(order);
			return advisor;
		}, (definition) -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
	}

	/**
	 * What an interceptor proceeds with for the second time.
	 */
	enum Repetition {

		SAME_INVOCATION((invocation) -> invocation), CLONE(ProxyMethodInvocation::invocableClone),
		CLONE_OF_A_CLONE((invocation) -> ((ProxyMethodInvocation) invocation.invocableClone())
			.invocableClone(invocation.getArguments())),
		CLONE_WITH_OTHER_ARGUMENTS((invocation) -> invocation.invocableClone(6)), OTHER_ARGUMENTS((invocation) -> {
			invocation.setArguments(6);
			return invocation;
		});

		private final Function<ProxyMethodInvocation, MethodInvocation> preparation;

		Repetition(Function<ProxyMethodInvocation, MethodInvocation> preparation) {
			this.preparation = preparation;
		}

		MethodInvocation prepare(ProxyMethodInvocation invocation) {
			return this.preparation.apply(invocation);
		}

	}

}
