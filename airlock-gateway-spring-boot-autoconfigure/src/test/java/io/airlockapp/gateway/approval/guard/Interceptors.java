/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

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

		SAME_INVOCATION {
			@Override
			MethodInvocation prepare(ProxyMethodInvocation invocation) {
				return invocation;
			}
		},

		CLONE {
			@Override
			MethodInvocation prepare(ProxyMethodInvocation invocation) {
				return invocation.invocableClone();
			}
		},

		CLONE_OF_A_CLONE {
			@Override
			MethodInvocation prepare(ProxyMethodInvocation invocation) {
				return ((ProxyMethodInvocation) invocation.invocableClone()).invocableClone(invocation.getArguments());
			}
		},

		CLONE_WITH_OTHER_ARGUMENTS {
			@Override
			MethodInvocation prepare(ProxyMethodInvocation invocation) {
				return invocation.invocableClone(6);
			}
		},

		OTHER_ARGUMENTS {
			@Override
			MethodInvocation prepare(ProxyMethodInvocation invocation) {
				invocation.setArguments(6);
				return invocation;
			}
		};

		abstract MethodInvocation prepare(ProxyMethodInvocation invocation);

	}

}
