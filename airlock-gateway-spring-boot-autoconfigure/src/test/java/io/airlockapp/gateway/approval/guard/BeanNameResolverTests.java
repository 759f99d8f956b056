/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link BeanNameResolver}.
 */
class BeanNameResolverTests {

	private final DefaultListableBeanFactory beans = spy(new DefaultListableBeanFactory());

	private final BeanNameResolver resolver = new BeanNameResolver(this.beans);

	@Test
	void nameIsShownIfAnotherBeanHasTheClass() {
		register("one", Account.class);
		assertThat(this.resolver.resolve("one", Account.class)).isNull();
		register("other", Other.class);
		assertThat(this.resolver.resolve("one", Account.class)).isNull();
		register("two", Account.class);
		assertThat(this.resolver.resolve("one", Account.class)).isEqualTo("one");
		assertThat(this.resolver.resolve("scopedTarget.two", Account.class)).isEqualTo("two");
		assertThat(this.resolver.resolve("other", Other.class)).isNull();
	}

	@Test
	void nameIsShownIfAnotherSingletonIsRegisteredLater() {
		register("one", Account.class);
		assertThat(this.resolver.resolve("one", Account.class)).isNull();
		this.beans.registerSingleton("two", new Account());
		assertThat(this.resolver.resolve("one", Account.class)).isEqualTo("one");
	}

	@Test
	void nameIsShownIfABeanOfTheParentHasTheClass() {
		DefaultListableBeanFactory parent = new DefaultListableBeanFactory();
		this.beans.setParentBeanFactory(parent);
		register("one", Account.class);
		assertThat(this.resolver.resolve("one", Account.class)).isNull();
		parent.registerBeanDefinition("two", new RootBeanDefinition(Account.class));
		assertThat(this.resolver.resolve("one", Account.class)).isEqualTo("one");
	}

	@Test
	void beansAreSearchedOnce() {
		register("one", Account.class);
		register("two", Account.class);
		for (int call = 0; call < 3; call++) {
			assertThat(this.resolver.resolve("one", Account.class)).isEqualTo("one");
		}
		verify(this.beans, times(1)).getBeanNamesForType(any(Class.class), anyBoolean(), anyBoolean());
	}

	@Test
	void objectThatIsNoBeanHasNoName() {
		register("one", Account.class);
		register("two", Account.class);
		assertThat(this.resolver.resolve(null, Account.class)).isNull();
		assertThat(new BeanNameResolver(new StaticListableBeanFactory()).resolve("one", Account.class)).isNull();
	}

	private void register(String name, Class<?> type) {
		this.beans.registerBeanDefinition(name, new RootBeanDefinition(type));
	}

	static class Account {

	}

	static class Other {

	}

}
