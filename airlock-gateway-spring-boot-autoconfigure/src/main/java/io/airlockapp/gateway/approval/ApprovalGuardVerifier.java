package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Lets no application start in which a method asks for approval and is not guarded: since
 * a proxy can't override it, since its bean is made before proxies are, or since nobody
 * could wait for what it returns. To see early beans too, it verifies each bean from
 * before the first post-processor on.
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
		beanFactory.addBeanPostProcessor(new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				verify(bean, beanName, beanFactory);
				return bean;
			}

		});
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = beanFactory.getSingleton(name);
			if (bean != null) {
				verify(bean, name, beanFactory);
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

	private static void verify(Object bean, String beanName, ConfigurableListableBeanFactory beanFactory) {
		if (bean instanceof ScopedObject || bean.equals(null)) {
			return;
		}
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		List<Method> guarded = GuardedMethods.of(type);
		if (guarded.isEmpty()) {
			GuardedBeanMark.requireAbsent(beanName, beanFactory);
		}
		for (Method method : guarded) {
			GuardedMethods.requireGuardable(method, type, beanName);
			if (!hasAutoProxyCreator(beanFactory)) {
				throw GuardedMethods.unguardable(method, type, beanName,
						"the bean is made too early, for a BeanPostProcessor or BeanFactoryPostProcessor that needs it");
			}
		}
	}

	private static boolean hasAutoProxyCreator(BeanFactory beanFactory) {
		return beanFactory instanceof AbstractBeanFactory factory
				&& factory.getBeanPostProcessors().stream().anyMatch(AbstractAdvisorAutoProxyCreator.class::isInstance);
	}

}
