/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.verification.UnguardableBeans.GuardedRunnable;
import io.airlockapp.gateway.approval.verification.UnguardableBeans.Wrapper;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.PriorityOrdered;

import static io.airlockapp.gateway.approval.verification.UnguardableBeans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ApprovalProxyVerifier}.
 */
class ApprovalProxyVerifierTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class));

	private final ApplicationContextRunner withRunnable = this.contextRunner.withBean("runnable", Runnable.class,
			GuardedRunnable::new);

	@Test
	void beanWhenWrappedByPostProcessorBeforeProxyFailsStart() {
		assertRefused(this.withRunnable.withBean(EarlyWrappingPostProcessor.class), "Bean 'runnable'",
				Wrapper.class.getName());
	}

	@Test
	void beanWhenWrappedByPostProcessorAfterProxyIsGuarded() {
		this.withRunnable.withBean(WrappingPostProcessor.class).run((context) -> {
			assertThat(context.getBean("runnable")).isInstanceOf(Wrapper.class);
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(context.getBean("runnable", Runnable.class)::run);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { BeanDefinition.SCOPE_SINGLETON, BeanDefinition.SCOPE_PROTOTYPE })
	void syntheticBeanWhoseDefinitionHasALessSpecificTypeIsGuarded(String scope) {
		RootBeanDefinition definition = new RootBeanDefinition(Runnable.class, GuardedRunnable::new);
		definition.setSynthetic(true);
		definition.setLazyInit(true);
		definition.setScope(scope);
		withDefinition(definition).run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(context.getBean("runnable", Runnable.class)::run));
	}

	@Test
	void innerSyntheticBeanWhoseDefinitionHasALessSpecificTypeIsGuarded() {
		RootBeanDefinition inner = new RootBeanDefinition(Runnable.class, GuardedRunnable::new);
		inner.setSynthetic(true);
		RootBeanDefinition definition = new RootBeanDefinition(Wrapper.class);
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, inner);
		withDefinition(definition).run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(context.getBean("runnable", Wrapper.class)::run));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void productOfASyntheticFactoryIsGuarded(boolean singleton) {
		RootBeanDefinition definition = new RootBeanDefinition(Product.class, () -> new Product(singleton));
		definition.setSynthetic(true);
		withDefinition(definition).run((context) -> assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(context.getBean("runnable", Runnable.class)::run));
	}

	private ApplicationContextRunner withDefinition(BeanDefinition definition) {
		return this.contextRunner.withInitializer((context) -> ((BeanDefinitionRegistry) context.getBeanFactory())
			.registerBeanDefinition("runnable", definition));
	}

	static class WrappingPostProcessor implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof GuardedRunnable runnable) ? new Wrapper(runnable) : bean;
		}

	}

	static class EarlyWrappingPostProcessor extends WrappingPostProcessor implements PriorityOrdered {

		@Override
		public int getOrder() {
			return 0;
		}

	}

	record Product(boolean isSingleton) implements FactoryBean<Runnable> {

		@Override
		public Runnable getObject() {
			return new GuardedRunnable();
		}

		@Override
		public Class<?> getObjectType() {
			return Runnable.class;
		}

	}

}
