package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.approval.UnguardableMethodException;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;

/**
 * Rejects beans that require approval and leave Spring's auto-proxy creator without the
 * guard for each method, for any reason, and completes the proxies of the others. It runs
 * directly after that creator, since a later wrapper may hide the proxy.
 */
public final class ApprovalProxyVerifier implements BeanPostProcessor, Ordered {

	private final ApprovalGuardVerifier guardVerifier;

	/**
	 * Create a verifier.
	 * @param guardVerifier the verifier of the objects, which determines those to be
	 * guarded
	 */
	public ApprovalProxyVerifier(ApprovalGuardVerifier guardVerifier) {
		this.guardVerifier = guardVerifier;
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
		Object object = this.guardVerifier.takeObject(beanName);
		if (object != null && !(GuardedProxies.hasGuard(bean) && GuardedProxies.isAround(object, bean))) {
			throw UnguardableMethodException.withRemedy(
					("Bean '%s' requires approval, but cannot be guarded: a BeanPostProcessor wraps it before Spring could "
							+ "make a proxy, or something else keeps it from being one (it is a %s)")
						.formatted(beanName, bean.getClass().getName()),
					"Annotate another bean, or exclude this one from the BeanPostProcessor that wraps it.");
		}
		GuardedProxies.complete(bean, beanName);
		GuardedProxies.require(bean, beanName, this.guardVerifier.getBeanFactory());
		return bean;
	}

	/**
	 * {@link BeanPostProcessor} that asks once more, after all other post-processors,
	 * and, of all singletons, when all of these have been created.
	 */
	// Spring registers those for merged definitions again behind all others
	public static final class Last implements MergedBeanDefinitionPostProcessor, SmartInitializingSingleton {

		private final ConfigurableListableBeanFactory beanFactory;

		/**
		 * Create a verifier.
		 * @param beanFactory the factory of the beans
		 */
		public Last(ConfigurableListableBeanFactory beanFactory) {
			this.beanFactory = beanFactory;
		}

		@Override
		public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> beanType, String beanName) {
			// Only the order matters
		}

		/**
		 * Verify a bean. Others may have added advisors before existing ones, such as for
		 * {@code @Async} and {@code @Retryable}.
		 * @throws UnguardableMethodException if the bean is not guarded exactly once
		 */
		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			GuardedProxies.complete(bean, beanName);
			GuardedProxies.require(bean, beanName, this.beanFactory);
			return bean;
		}

		/**
		 * Verify the exposed beans, regardless of how they were created.
		 */
		@Override
		public void afterSingletonsInstantiated() {
			ExistingBeans.forEach(this.beanFactory,
					(bean, name) -> GuardedProxies.require(bean, name, this.beanFactory));
			for (String name : this.beanFactory.getBeanDefinitionNames()) {
				if (this.beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition
						&& definition.isSynthetic()) {
					verifySynthetic(name);
				}
			}
		}

		/**
		 * Verify a bean that may not have been created yet, and that no post-processor
		 * will process.
		 */
		private void verifySynthetic(String name) {
			Class<?> type = UnguardedContext.findUnmadeType(name, this.beanFactory);
			if (type != null) {
				ApprovalGuardVerifier.requireUnguarded(type, name);
			}
		}

	}

}
