/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.ClassUtils;

/**
 * Rejects beans that require approval in a context without a guard, such as that of an
 * application that excludes its auto-configuration. Unlike {@link ApprovalGuardVerifier},
 * it is not part of that auto-configuration.
 */
public final class UnguardedContext
		implements MergedBeanDefinitionPostProcessor, ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(UnguardedContext.class);

	private final ApplicationContext context;

	private final ConfigurableListableBeanFactory beanFactory;

	private final boolean bypassed;

	/**
	 * The refusal of a bean. Whoever asked for the bean may create the object itself
	 * then, as Hibernate does for entity listeners.
	 */
	private volatile @Nullable UnguardableMethodException refusal;

	private UnguardedContext(ApplicationContext context, boolean bypassed) {
		this.context = context;
		this.beanFactory = (ConfigurableListableBeanFactory) context.getAutowireCapableBeanFactory();
		this.bypassed = bypassed;
	}

	/**
	 * Verify all beans of a context, from the first one on, unless it has a guard.
	 * @param context the context
	 * @param bypassed whether guarded methods run without approval
	 */
	public static void verifyOnRefresh(ConfigurableApplicationContext context, BooleanSupplier bypassed) {
		// Registry post-processors may already create beans
		context.addBeanFactoryPostProcessor((BeanDefinitionRegistryPostProcessor) (registry) -> {
			UnguardedContext unguarded = new UnguardedContext(context, bypassed.getAsBoolean());
			context.addApplicationListener(unguarded);
			if (!unguarded.bypassed) {
				unguarded.beanFactory.addBeanPostProcessor(unguarded);
			}
		});
	}

	/**
	 * Verify the beans that a context contains, and those that it creates from now on,
	 * unless it has a guard. A definition may declare a less specific type than that of
	 * its bean.
	 * @throws UnguardableMethodException if a bean requires approval
	 */
	static void verify(ApplicationContext context) {
		UnguardedContext unguarded = new UnguardedContext(context, false);
		if (!unguarded.hasGuard()) {
			// First, since another thread may be creating a bean
			unguarded.beanFactory.addBeanPostProcessor(unguarded);
			unguarded.verify();
		}
	}

	private boolean hasGuard() {
		return ApprovalGuardVerifier.isOn(this.beanFactory);
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() != this.context || hasGuard()) {
			return;
		}
		try {
			verify();
		}
		catch (UnguardableMethodException ex) {
			if (!this.bypassed) {
				throw ex;
			}
			logger.warn(
					"Guarded methods run WITHOUT approval, because 'airlock.gateway.approval.mode' is 'bypass' and the "
							+ "context has no guard");
		}
	}

	private void verify() {
		if (this.refusal != null) {
			throw this.refusal;
		}
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			// Beans that exist are verified below
			Class<?> type = ApprovalGuardVerifier.findType(name, this.beanFactory, (bean) -> false);
			if (type != null && !GuardedMethods.of(type).isEmpty()) {
				throw refused(name, type);
			}
		}
		ExistingBeans.forEach(this.beanFactory, this::postProcessAfterInitialization);
	}

	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> beanType, String beanName) {
		if (!hasGuard()) {
			ApprovalGuardVerifier.exposeSynthetic(definition, beanType, beanName, this.beanFactory);
		}
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!hasGuard()) {
			if (GuardedProxies.findUnguarded(bean) != null) {
				this.refusal = refused(beanName, AopProxyUtils.ultimateTargetClass(bean));
				throw this.refusal;
			}
			GuardedProxies.requireElements(bean, beanName);
		}
		return bean;
	}

	private UnguardableMethodException refused(String beanName, Class<?> type) {
		return UnguardableMethodException.withRemedy(
				("Bean '%s' requires approval by %s, but cannot be guarded: its context '%s' has no guard of its own when the bean is made")
					.formatted(beanName, ClassUtils.getUserClass(type).getName(), this.context.getDisplayName()),
				"Add AirlockApprovalAutoConfiguration to this context, and do not exclude it; in a test, "
						+ "@AutoConfigureAirlockSimulator adds it. To run guarded methods without approval, set 'airlock.gateway.approval.mode=bypass'.");
	}

}
