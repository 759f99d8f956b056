/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.UUID;
import java.util.function.Supplier;

import io.airlockapp.gateway.approval.RequesterSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the source of requesters is looked up.
 */
class RequesterSourceLookupTests {

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	private final Supplier<@Nullable RequesterSource> lookup = AirlockApprovalAutoConfiguration
		.lookup(this.beanFactory.getBeanProvider(RequesterSource.class), this.beanFactory);

	@Test
	void findsNoneIfThereIsNone() {
		assertThat(this.lookup.get()).isNull();
	}

	@Test
	void findsASingletonOnce() {
		register("source", BeanDefinition.SCOPE_SINGLETON);
		RequesterSource first = this.lookup.get();
		this.beanFactory.destroySingleton("source");
		assertThat(this.lookup.get()).isNotNull().isSameAs(first);
	}

	@Test
	void findsASourceOfANarrowerScopeEachTime() {
		register("source", BeanDefinition.SCOPE_PROTOTYPE);
		RequesterSource first = this.lookup.get();
		assertThat(this.lookup.get()).isNotNull().isNotSameAs(first);
	}

	private void register(String name, String scope) {
		RootBeanDefinition definition = new RootBeanDefinition(RequesterSource.class, scope, NamedSource::new);
		this.beanFactory.registerBeanDefinition(name, definition);
	}

	private record NamedSource(String name) implements RequesterSource {

		NamedSource() {
			this(UUID.randomUUID().toString());
		}

		@Override
		public String findRequester() {
			return this.name;
		}

	}

}
