/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.Arrays;
import java.util.List;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.Pointcuts;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;

/**
 * {@link BeanPostProcessor} that validates the arguments of guarded methods directly
 * before the guard, where Spring's method validation is inside the guard. Approval is
 * then not requested for invalid arguments, and validation takes place after
 * authorization. The method validation stays in place, since it also validates the return
 * value, which has to happen within a transaction. The post-processor has no order, so
 * that it runs after all that have one.
 */
public final class ArgumentValidationPostProcessor implements BeanPostProcessor {

	private static final Log logger = LogFactory.getLog(ArgumentValidationPostProcessor.class);

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised proxy) {
			int guard = indexOfGuard(proxy.getAdvisors());
			if (guard != -1) {
				validateBefore(guard, proxy);
				if (isValidatedWithin(proxy)) {
					logger
						.warn(("The arguments of bean '%s' are validated only after a person approved them. Leave it to a "
								+ "MethodValidationPostProcessor without an order of its own to apply method validation")
							.formatted(beanName));
				}
			}
		}
		return bean;
	}

	private static int indexOfGuard(Advisor[] advisors) {
		for (int i = 0; i < advisors.length; i++) {
			if (advisors[i] instanceof ApprovalAdvisor) {
				return i;
			}
		}
		return -1;
	}

	private static void validateBefore(int guard, Advised proxy) {
		Advisor[] advisors = proxy.getAdvisors();
		Pointcut guarded = ((PointcutAdvisor) advisors[guard]).getPointcut();
		Arrays.stream(advisors)
			.skip(guard)
			.filter(ArgumentValidationPostProcessor::isValidating)
			.forEach((advisor) -> proxy.addAdvisor(guard,
					new DefaultPointcutAdvisor(
							(advisor instanceof PointcutAdvisor other)
									? Pointcuts.intersection(other.getPointcut(), guarded) : guarded,
							new ArgumentValidation((MethodInterceptor) advisor.getAdvice()))));
	}

	private static boolean isValidating(Advisor advisor) {
		return advisor.getAdvice() instanceof MethodValidationInterceptor;
	}

	/**
	 * Return whether a proxy behind the guarded proxy applies method validation.
	 */
	private static boolean isValidatedWithin(Advised proxy) {
		Object inner = AopProxyUtils.getSingletonTarget(proxy);
		return inner instanceof Advised other
				&& (Arrays.stream(other.getAdvisors()).anyMatch(ArgumentValidationPostProcessor::isValidating)
						|| isValidatedWithin(other));
	}

	private record ArgumentValidation(MethodInterceptor validation) implements MethodInterceptor {

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			try {
				new ValidatedInvocation((ProxyMethodInvocation) invocation, this.validation).proceed();
			}
			catch (ValidArguments ex) {
				// The arguments are valid
			}
			return invocation.proceed();
		}

	}

	/**
	 * Invocation that ends before the method is called.
	 */
	private static final class ValidatedInvocation extends ReflectiveMethodInvocation {

		private ValidatedInvocation(ProxyMethodInvocation invocation, MethodInterceptor validation) {
			super(invocation.getProxy(), invocation.getThis(), invocation.getMethod(),
					invocation.getArguments().clone(), null, List.of(validation));
		}

		@Override
		protected @Nullable Object invokeJoinpoint() {
			// There is no return value to be validated
			throw ValidArguments.INSTANCE;
		}

	}

	@SuppressWarnings("serial")
	private static final class ValidArguments extends RuntimeException {

		private static final ValidArguments INSTANCE = new ValidArguments();

		private ValidArguments() {
			super("The arguments are valid", null, false, false);
		}

	}

}
