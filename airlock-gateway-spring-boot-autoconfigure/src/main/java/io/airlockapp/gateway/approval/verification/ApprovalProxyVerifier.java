package io.airlockapp.gateway.approval.verification;

import java.util.Arrays;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.guard.GuardedChainAdvisor;

import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Rejects beans that require approval and leave Spring's auto-proxy creator without the
 * guard for each method, for any reason, and completes the proxies of the others. It runs
 * directly after that creator, and is the only verification of beans that are created
 * after the start.
 */
public final class ApprovalProxyVerifier implements BeanPostProcessor, Ordered {

	private final GuardedBeanPostProcessor.ExpectedGuards expectedGuards;

	/**
	 * Create a verifier.
	 * @param guardVerifier the verifier that determines the beans to be guarded
	 */
	public ApprovalProxyVerifier(ApprovalGuardVerifier guardVerifier) {
		this.expectedGuards = guardVerifier.expectedGuards();
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

	/**
	 * Verify a bean.
	 * @throws UnguardableMethodException if the bean requires approval and is not guarded
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.expectedGuards.take(beanName) && !isGuarded(bean)) {
			throw new UnguardableMethodException(
					("Bean '%s' requires approval, but can't be guarded: a BeanPostProcessor wraps it before Spring could "
							+ "make a proxy, or something else keeps it from being one (it is a %s)")
						.formatted(beanName, bean.getClass().getName()),
					null);
		}
		if (bean instanceof Advised proxy) {
			LockedTargetSource.setOn(proxy);
			// Others may wrap the proxy
			GuardedChainAdvisor.addFirst(proxy, beanName);
		}
		GuardedProxies.requireGuarded(bean, beanName);
		return bean;
	}

	private static boolean isGuarded(Object bean) {
		return bean instanceof Advised proxy
				&& Arrays.stream(proxy.getAdvisors()).anyMatch(ApprovalAdvisor.class::isInstance);
	}

}
