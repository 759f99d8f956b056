package io.airlockapp.gateway.approval.interceptor;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * {@link BeanPostProcessor} that moves the {@link GuardedChainAdvisor} of guarded proxies
 * back to the front, since others add advisors before existing ones, such as for
 * {@code @Async} and {@code @Retryable}. The post-processor has no order, so that it runs
 * after all that have one.
 */
public final class GuardedChainPostProcessor implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		for (Object layer = bean; layer instanceof Advised proxy; layer = AopProxyUtils.getSingletonTarget(layer)) {
			GuardedChainAdvisor.addFirst(proxy);
		}
		return bean;
	}

}
