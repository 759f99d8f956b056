package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Rejects beans that require approval in a context without a guard.
 */
final class UnguardedContext implements BeanPostProcessor {

	private final ApplicationContext context;

	private final @Nullable ConfigurableListableBeanFactory beanFactory;

	UnguardedContext(ApplicationContext context) {
		this.context = context;
		this.beanFactory = (context
			.getAutowireCapableBeanFactory() instanceof ConfigurableListableBeanFactory configurable) ? configurable
					: null;
	}

	static boolean isGuarded(ApplicationContext context) {
		return context.getBeanNamesForType(ApprovalGuardVerifier.class, true, false).length > 0;
	}

	/**
	 * Verify the beans that the context contains.
	 * @throws UnguardableMethodException if a bean requires approval
	 */
	void verify() {
		for (String name : this.context.getBeanDefinitionNames()) {
			if (!isMade(name)) {
				verify(name, this.context.getType(name, false));
			}
		}
		if (this.beanFactory != null) {
			for (String name : this.beanFactory.getSingletonNames()) {
				Object bean = this.beanFactory.getSingleton(name);
				if (bean != null) {
					postProcessAfterInitialization(bean, name);
				}
			}
		}
	}

	/**
	 * Verify each bean that the context creates from now on, since a definition may
	 * declare a less specific type than that of its bean.
	 */
	void watch() {
		if (this.beanFactory != null) {
			this.beanFactory.addBeanPostProcessor(this);
		}
	}

	private boolean isMade(String beanName) {
		Object bean = (this.beanFactory != null) ? this.beanFactory.getSingleton(beanName) : null;
		return bean != null && !(bean instanceof FactoryBean);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (GuardedProxies.findUnguarded(bean) != null) {
			refuse(beanName, AopProxyUtils.ultimateTargetClass(bean));
		}
		return bean;
	}

	private void verify(String beanName, @Nullable Class<?> type) {
		if (type != null && !GuardedMethods.of(ClassUtils.getUserClass(type)).isEmpty()) {
			refuse(beanName, type);
		}
	}

	private void refuse(String beanName, Class<?> type) {
		throw UnguardableMethodException.withRemedy(
				("Bean '%s' asks for approval by %s, but can't be guarded: its context '%s' has no guard of its own")
					.formatted(beanName, ClassUtils.getUserClass(type).getName(), this.context.getDisplayName()),
				"Add AirlockApprovalAutoConfiguration to this context, and don't exclude it; in a test, "
						+ "@AutoConfigureAirlockSimulator adds it. To run guarded methods without approval, set 'airlock.gateway.approval.mode=bypass'.");
	}

}
