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

/**
 * Lets no application start in which a method asks for approval and is not guarded: since
 * a proxy can't override it, since its bean is made before proxies are, since Spring
 * itself calls it past the proxy, or since nobody could wait for what it returns. To see
 * early beans too, it verifies each bean from before the first post-processor on.
 */
public final class ApprovalGuardVerifier
		implements BeanFactoryPostProcessor, ApplicationListener<ContextRefreshedEvent>, PriorityOrdered {

	private final ExpectedGuards expectedGuards = new ExpectedGuards();

	private @Nullable BeanFactory beanFactory;

	ExpectedGuards expectedGuards() {
		return this.expectedGuards;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		GuardedBeanPostProcessor postProcessor = new GuardedBeanPostProcessor(beanFactory, this.expectedGuards);
		beanFactory.addBeanPostProcessor(postProcessor);
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = beanFactory.getSingleton(name);
			if (bean != null) {
				postProcessor.verify(bean, name, false);
			}
		}
	}

	/**
	 * Verify a child context, to which this context's proxies don't reach.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext context = event.getApplicationContext();
		if (context.getAutowireCapableBeanFactory() != this.beanFactory
				&& context.getBeanNamesForType(ApprovalGuardVerifier.class, true, false).length == 0) {
			new UnguardedContext(context).verify();
		}
	}

}
