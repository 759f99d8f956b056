package io.airlockapp.gateway.approval.verification;

import java.util.Arrays;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * {@link BeanPostProcessor} that refuses beans with the guard in two proxies, one around
 * the other. Approval of one call would be requested twice, and the second time inside
 * the transaction that the outer proxy opens. The post-processor has no order, so that it
 * runs after all auto-proxy creators.
 */
public final class GuardedOnceVerifier implements BeanPostProcessor {

	private final ListableBeanFactory beanFactory;

	/**
	 * Create a verifier.
	 * @param beanFactory the factory that contains the auto-proxy creators
	 */
	public GuardedOnceVerifier(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Verify a bean.
	 * @throws UnguardableMethodException if the bean has more than one guard
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (guards(bean) > 1) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' asks for approval, but would do so twice for each call: several auto-proxy creators made a "
							+ "proxy of it (there are %s)")
						.formatted(beanName,
								String.join(", ",
										this.beanFactory.getBeanNamesForType(AbstractAutoProxyCreator.class, true,
												false))),
					"Remove the auto-proxy creator that is not Spring Boot's own.");
		}
		return bean;
	}

	private static int guards(@Nullable Object bean) {
		int guards = 0;
		Object candidate = bean;
		while (candidate instanceof Advised proxy) {
			guards += (int) Arrays.stream(proxy.getAdvisors()).filter(ApprovalAdvisor.class::isInstance).count();
			candidate = AopProxyUtils.getSingletonTarget(candidate);
		}
		return guards;
	}

}
