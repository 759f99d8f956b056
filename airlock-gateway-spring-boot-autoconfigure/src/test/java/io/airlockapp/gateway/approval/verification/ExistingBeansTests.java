/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExistingBeans}.
 */
class ExistingBeansTests {

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	private final List<String> existing = new ArrayList<>();

	/**
	 * Another thread may create a lazy bean while the context starts.
	 */
	@Test
	void visitWhenBeanIsInCreationSkipsItWithoutEarlyReference() {
		List<String> early = new ArrayList<>();
		this.beanFactory.addBeanPostProcessor(new SmartInstantiationAwareBeanPostProcessor() {

			@Override
			public Object getEarlyBeanReference(Object bean, String beanName) {
				early.add(beanName);
				return bean;
			}

		});
		this.beanFactory.registerSingleton("other", new Object());
		this.beanFactory.registerBeanDefinition("slow",
				new RootBeanDefinition(InitializingBean.class, () -> this::visit));
		this.beanFactory.getBean("slow");
		assertThat(this.existing).containsExactly("other");
		assertThat(early).isEmpty();
		visit();
		assertThat(this.existing).containsExactly("other", "other", "slow");
	}

	private void visit() {
		ExistingBeans.forEach(this.beanFactory, (bean, name) -> this.existing.add(name));
	}

}
