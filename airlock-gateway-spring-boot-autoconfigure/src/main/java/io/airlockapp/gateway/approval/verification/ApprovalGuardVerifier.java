package io.airlockapp.gateway.approval.verification;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.approval.guard.GuardedMethods;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Fails the start of an application with a method that requires approval and is not
 * guarded: since a proxy can't override it, since its bean is created before proxies are,
 * since Spring itself calls it on the target, or since its return value can't be awaited.
 * To cover early beans, it verifies each bean from before the first post-processor on. To
 * cover beans that no post-processor processes, it verifies all beans once they are
 * created.
 */
public final class ApprovalGuardVerifier implements BeanFactoryPostProcessor, SmartInitializingSingleton,
		ApplicationContextAware, ApplicationListener<ContextRefreshedEvent>, PriorityOrdered {

	private final GuardedBeanPostProcessor.ExpectedGuards expectedGuards = new GuardedBeanPostProcessor.ExpectedGuards();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private @Nullable ApplicationContext context;

	GuardedBeanPostProcessor.ExpectedGuards expectedGuards() {
		return this.expectedGuards;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		this.context = applicationContext;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		GuardedFactoryMethods.requireNone(beanFactory);
		GuardedBeanPostProcessor postProcessor = new GuardedBeanPostProcessor(beanFactory, this.expectedGuards);
		beanFactory.addBeanPostProcessor(postProcessor);
		LockingInstantiationStrategy.setOn(beanFactory);
		for (String name : beanFactory.getSingletonNames()) {
			Object bean = beanFactory.getSingleton(name);
			// Mocking libraries must not be loaded for beans that need no guard
			if (bean != null && !(GuardedProxies.mayGuard(bean) && Mocks.isMock(bean))) {
				postProcessor.verify(bean, name);
			}
		}
		HttpServiceClients.guard(beanFactory);
		verifyParents();
	}

	private void verifyParents() {
		for (ApplicationContext parent = parentOf(this.context); parent != null; parent = parentOf(parent)) {
			if (!UnguardedContext.isGuarded(parent)) {
				UnguardedContext unguarded = new UnguardedContext(parent);
				unguarded.verify();
				unguarded.watch();
			}
		}
	}

	private static @Nullable ApplicationContext parentOf(@Nullable ApplicationContext context) {
		return (context != null) ? context.getParent() : null;
	}

	/**
	 * Verify the exposed beans, regardless of how they were created.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		Assert.state(this.beanFactory != null, "The bean factory was not post-processed");
		for (String name : this.beanFactory.getSingletonNames()) {
			Object bean = this.beanFactory.getSingleton(name);
			if (bean != null) {
				GuardedProxies.requireOutermost(bean, name);
				GuardedProxies.requireGuarded(bean, name);
			}
		}
		for (String name : this.beanFactory.getBeanDefinitionNames()) {
			verifySynthetic(name, this.beanFactory);
		}
	}

	/**
	 * Return the number of guarded methods in the context, as far as the types of its
	 * beans are known without creating them. A method of several beans of the same class
	 * counts once.
	 * @return the number of guarded methods
	 */
	public int countGuardedMethods() {
		Assert.state(this.beanFactory != null, "The bean factory was not post-processed");
		Set<String> methods = new HashSet<>();
		Set<String> names = new LinkedHashSet<>(List.of(this.beanFactory.getBeanDefinitionNames()));
		names.addAll(List.of(this.beanFactory.getSingletonNames()));
		for (String name : names) {
			Class<?> type = guardedType(name, this.beanFactory);
			if (type != null) {
				GuardedMethods.of(type)
					.forEach((method) -> methods.add(ClassUtils.getQualifiedMethodName(method, type)
							+ Arrays.toString(method.getParameterTypes())));
			}
		}
		return methods.size();
	}

	private static @Nullable Class<?> guardedType(String name, ConfigurableListableBeanFactory beanFactory) {
		Object bean = beanFactory.getSingleton(name);
		if (bean != null && !(bean instanceof FactoryBean)) {
			return (GuardedProxies.mayGuard(bean) && !Mocks.isMock(bean))
					? ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean)) : null;
		}
		try {
			Class<?> type = beanFactory.getType(name, false);
			return (type != null) ? ClassUtils.getUserClass(type) : null;
		}
		catch (RuntimeException | LinkageError ex) {
			// A class that can't be loaded has no method that is called
			return null;
		}
	}

	/**
	 * Verify a bean that may not have been created yet, and that no post-processor will
	 * process.
	 */
	private static void verifySynthetic(String name, ConfigurableListableBeanFactory beanFactory) {
		if (!(beanFactory.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition)
				|| !definition.isSynthetic()) {
			return;
		}
		Object bean = beanFactory.getSingleton(name);
		Class<?> type = (bean == null || bean instanceof FactoryBean) ? beanFactory.getType(name, false) : null;
		if (type != null) {
			GuardedMethods.of(type).stream().findFirst().ifPresent((method) -> {
				throw ProxyabilityChecks.exception(method, type, name,
						"the bean's definition is synthetic, so that no BeanPostProcessor sees the bean and makes its proxy; "
								+ "return the object from a @Bean method");
			});
		}
	}

	/**
	 * Verify a child context, which the proxies of this context don't cover.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext child = event.getApplicationContext();
		if (child != this.context && !UnguardedContext.isGuarded(child)) {
			UnguardedContext unguarded = new UnguardedContext(child);
			unguarded.verify();
			unguarded.watch();
		}
	}

}
