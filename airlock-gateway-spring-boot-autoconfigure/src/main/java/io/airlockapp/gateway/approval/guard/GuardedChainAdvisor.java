/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * Adds a {@link GuardedChain} to the guarded methods of one proxy. It has to be the first
 * advisor.
 */
public final class GuardedChainAdvisor implements PointcutAdvisor {

	private final Advised proxy;

	private final Pointcut guarded;

	private final String beanName;

	private final GuardedNames names;

	private GuardedChainAdvisor(Advised proxy, Pointcut guarded, String beanName, GuardedNames names) {
		this.proxy = proxy;
		this.guarded = guarded;
		this.beanName = GuardedNames.withoutScope(beanName);
		this.names = names;
	}

	/**
	 * Add an advisor to a guarded proxy, or move the present one back to the front.
	 * @param proxy the proxy, which remains as it is if it has no guard
	 * @param beanName the name of the bean
	 * @param names the names of the guarded beans
	 */
	public static void addFirst(Advised proxy, String beanName, GuardedNames names) {
		for (Advisor advisor : proxy.getAdvisors()) {
			if (advisor instanceof GuardedChainAdvisor) {
				proxy.removeAdvisor(advisor);
			}
			else if (advisor instanceof ApprovalAdvisor guard) {
				proxy.addAdvisor(0, new GuardedChainAdvisor(proxy, guard.getPointcut(), beanName, names));
			}
		}
	}

	/**
	 * Return the name of the bean whose proxy it is.
	 * @param proxy the proxy
	 * @return the name, or {@code null} if the proxy has no such advisor
	 */
	public static @Nullable String findBeanName(Object proxy) {
		GuardedChainAdvisor first = find(proxy);
		return (first != null) ? first.beanName : null;
	}

	/**
	 * Return the name of the bean whose proxy it is, if approvers need it.
	 * @param proxy the proxy
	 * @param type the class by which the called method is named
	 */
	static @Nullable String findShownBeanName(Object proxy, Class<?> type) {
		GuardedChainAdvisor first = find(proxy);
		return (first != null) ? first.names.find(type, first.beanName) : null;
	}

	private static @Nullable GuardedChainAdvisor find(Object proxy) {
		Advisor[] advisors = (proxy instanceof Advised advised) ? advised.getAdvisors() : new Advisor[0];
		return (advisors.length > 0 && advisors[0] instanceof GuardedChainAdvisor first) ? first : null;
	}

	@Override
	public Pointcut getPointcut() {
		return this.guarded;
	}

	/**
	 * Return a new interceptor. Spring requests it before it invokes a method for the
	 * first time, and again after the advisors of the proxy have changed. The interceptor
	 * can therefore keep the chain of the method, and no invocation has another
	 * interceptor in front of it.
	 * @throws InvalidApprovalUsageException if this is not the first advisor
	 */
	@Override
	public Advice getAdvice() {
		if (this.proxy.getAdvisors()[0] != this) {
			throw new InvalidApprovalUsageException(
					("Guarded methods of %s do not run, because an advisor was added to its proxy in front of the guard's "
							+ "outermost one. Add it as a bean, or with a BeanPostProcessor that has an order")
						.formatted(AopProxyUtils.ultimateTargetClass(this.proxy).getName()));
		}
		return new GuardedChain();
	}

}
