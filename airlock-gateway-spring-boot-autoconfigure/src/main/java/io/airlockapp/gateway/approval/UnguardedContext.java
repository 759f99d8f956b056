package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Lets no bean of a context without a guard ask for approval.
 */
final class UnguardedContext implements BeanPostProcessor {

	private final ApplicationContext context;

	UnguardedContext(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Verify the beans that the context knows, and from now on each that it makes, since
	 * a definition may tell less than what it makes turns out to be.
	 * @throws UnguardableMethodException if a bean asks for approval
	 */
	void verify() {
		for (String name : this.context.getBeanDefinitionNames()) {
			verify(name, this.context.getType(name, false));
		}
		if (this.context.getAutowireCapableBeanFactory() instanceof ConfigurableBeanFactory beanFactory) {
			beanFactory.addBeanPostProcessor(this);
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		verify(beanName, AopProxyUtils.ultimateTargetClass(bean));
		return bean;
	}

	private void verify(String beanName, @Nullable Class<?> type) {
		if (type != null && !GuardedMethods.of(ClassUtils.getUserClass(type)).isEmpty()) {
			throw new UnguardableMethodException(
					("Bean '%s' asks for approval, but can't be guarded: its context '%s' has no guard of its own. Add "
							+ "AirlockApprovalAutoConfiguration to it")
						.formatted(beanName, this.context.getDisplayName()),
					null);
		}
	}

}
