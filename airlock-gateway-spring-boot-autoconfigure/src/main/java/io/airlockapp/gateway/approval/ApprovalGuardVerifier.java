package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Lets no application start in which a method asks for approval and is not guarded: since
 * a proxy can't override it, since its bean is made before proxies are, since Spring
 * itself calls it past the proxy, or since nobody could wait for what it returns. To see
 * early beans too, it verifies each bean from before the first post-processor on.
 */
public final class ApprovalGuardVerifier
		implements BeanFactoryPostProcessor, ApplicationListener<ContextRefreshedEvent>, PriorityOrdered {

	private @Nullable BeanFactory beanFactory;

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		GuardedBeanPostProcessor postProcessor = new GuardedBeanPostProcessor(beanFactory);
		beanFactory.addBeanPostProcessor(postProcessor);
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = beanFactory.getSingleton(name);
			if (bean != null) {
				postProcessor.verify(bean, name);
			}
		}
	}

	/**
	 * Verify a child context, to which this context's proxies don't reach.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext child = event.getApplicationContext();
		if (child.getAutowireCapableBeanFactory() == this.beanFactory
				|| child.getBeanNamesForType(ApprovalGuardVerifier.class, true, false).length > 0) {
			return;
		}
		for (String name : child.getBeanDefinitionNames()) {
			Class<?> type = child.getType(name, false);
			if (type != null && !GuardedMethods.of(ClassUtils.getUserClass(type)).isEmpty()) {
				throw new UnguardableMethodException(
						("Bean '%s' asks for approval, but can't be guarded: its context '%s' has no guard of its own. Add "
								+ "AirlockApprovalAutoConfiguration to it")
							.formatted(name, child.getDisplayName()),
						null);
			}
		}
	}

}
