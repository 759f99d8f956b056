/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.jpa;

import org.hibernate.cfg.ManagedBeanSettings;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.hibernate.SpringBeanContainer;

/**
 * {@link BeanPostProcessor} by which Hibernate asks Spring for the listeners of entities
 * and for converters, as with the {@code EntityManagerFactory} of Spring Boot. Those that
 * Hibernate creates itself have no guard.
 */
public final class BeanContainerPostProcessor implements BeanPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Create a post-processor.
	 * @param beanFactory the factory that creates the objects
	 */
	public BeanContainerPostProcessor(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof AbstractEntityManagerFactoryBean factory) {
			factory.getJpaPropertyMap()
				.putIfAbsent(ManagedBeanSettings.BEAN_CONTAINER, new SpringBeanContainer(this.beanFactory));
		}
		return bean;
	}

}
