/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jpa;

import java.util.Arrays;
import java.util.regex.Pattern;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.verification.ApprovalGuardVerifier;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.resource.beans.spi.ManagedBeanRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.orm.jpa.hibernate.SpringBeanContainer;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses an {@link EntityManagerFactory} that does not ask Spring for the listeners of
 * entities and for converters, if one of them is guarded: those that Hibernate creates
 * itself have no guard.
 */
public final class EntityListenerVerifier implements BeanPostProcessor, BeanFactoryAware, SmartInitializingSingleton {

	private static final Pattern CALLBACK = Pattern.compile("jakarta\\.persistence\\.(Pre|Post)\\w+");

	private final ObjectProvider<ApprovalGuardVerifier> guards;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private volatile boolean started;

	/**
	 * Create a verifier.
	 * @param guards the verifier of the guarded beans, if there is one
	 */
	public EntityListenerVerifier(ObjectProvider<ApprovalGuardVerifier> guards) {
		this.guards = guards;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	/**
	 * Verify what exists, when all listeners that are beans are known.
	 * @throws UnguardableMethodException if a factory creates guarded listeners itself
	 */
	@Override
	public void afterSingletonsInstantiated() {
		this.started = true;
		ConfigurableListableBeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "The bean factory was not set");
		for (String name : beanFactory.getBeanNamesForType(EntityManagerFactory.class, false, false)) {
			if (beanFactory.containsSingleton(name)) {
				verify((EntityManagerFactory) beanFactory.getBean(name), name);
			}
		}
	}

	/**
	 * Verify a bean that is created later.
	 * @throws UnguardableMethodException if it creates guarded listeners itself
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.started && bean instanceof EntityManagerFactory factory) {
			verify(factory, beanName);
		}
		return bean;
	}

	private void verify(EntityManagerFactory factory, String beanName) {
		this.guards.ifAvailable((guard) -> guard.findTypes()
			.filter((type) -> GuardedMethods.mayGuard(type) && isListener(type))
			.findFirst()
			.ifPresent((type) -> requireSpring(factory, beanName, type)));
	}

	private static boolean isListener(Class<?> type) {
		return AttributeConverter.class.isAssignableFrom(type)
				|| Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
					.flatMap((method) -> MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).stream())
					.anyMatch((annotation) -> CALLBACK.matcher(annotation.getType().getName()).matches());
	}

	private static void requireSpring(EntityManagerFactory factory, String beanName, Class<?> type) {
		if (!asksSpring(factory)) {
			throw UnguardableMethodException.withRemedy(
					"%s requires approval, but cannot be guarded: the EntityManagerFactory '%s' creates listeners of entities and converters itself"
						.formatted(type.getName(), beanName),
					"Define its HibernateJpaVendorAdapter as a bean, or set its property 'hibernate.resource.beans.container' to a SpringBeanContainer.");
		}
	}

	private static boolean asksSpring(EntityManagerFactory factory) {
		try {
			SessionFactoryImplementor hibernate = factory.unwrap(SessionFactoryImplementor.class);
			// A mock creates nothing
			return hibernate == null || hibernate.getServiceRegistry()
				.requireService(ManagedBeanRegistry.class)
				.getBeanContainer() instanceof SpringBeanContainer;
		}
		catch (PersistenceException ex) {
			// Of another provider
			return false;
		}
	}

}
