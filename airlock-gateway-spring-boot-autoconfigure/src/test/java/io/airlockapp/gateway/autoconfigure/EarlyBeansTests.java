/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.List;
import java.util.function.Consumer;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.approval.verification.ProcessedContext;
import io.airlockapp.gateway.autoconfigure.GuardAtStartTests.Vault;
import io.airlockapp.gateway.support.FactoryOfUnknownType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for how early the guard creates beans of the application. When Spring looks for a
 * bean by its type, it creates each {@link FactoryBean} whose type is unknown, with what
 * is injected into it, and that may be before beans get proxies.
 */
class EarlyBeansTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AirlockApprovalAutoConfiguration.class, AirlockGatewayAutoConfiguration.class,
						AirlockJpaAutoConfiguration.class, AirlockSpringAiAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.enabled=false");

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void beanOfAFactoryOfUnknownTypeKeepsItsProxy(boolean primary) {
		this.contextRunner.withUserConfiguration(AsyncConfiguration.class)
			.withBean(Worker.class)
			.withInitializer(registering((context) -> context.registerBean(WorkerClient.class,
					(definition) -> definition.setPrimary(primary))))
			.run((context) -> {
				assertThat(AopUtils.isAopProxy(context.getBean(Worker.class))).isTrue();
				assertThat(context.getBean(WorkerClient.class).worker()).isSameAs(context.getBean(Worker.class));
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void guardedBeanOfAFactoryOfUnknownTypeIsGuarded(boolean primary) {
		this.contextRunner.withBean(Vault.class)
			.withInitializer(registering((context) -> context.registerBean(VaultClient.class,
					(definition) -> definition.setPrimary(primary))))
			.run((context) -> {
				Vault vault = context.getBean(VaultClient.class).vault();
				assertThat(((Advised) vault).getAdvisors()).hasAtLeastOneElementOfType(ApprovalAdvisor.class);
				assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::open);
				assertThat(Vault.opened(context)).isZero();
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void factoryOfUnknownTypeIsCreatedAfterAllPostProcessors(boolean primary) {
		this.contextRunner
			.withInitializer(registering(
					(context) -> context.registerBean(Probe.class, (definition) -> definition.setPrimary(primary))))
			.run((context) -> assertThat(context.getBean(Probe.class).processors())
				.isEqualTo(processors(context.getBeanFactory())));
	}

	@Test
	void verifierIsReferencedByNameWhenProcessedAheadOfTime() {
		ProcessedContext processed = ProcessedContext
			.of((context) -> context.register(AirlockApprovalAutoConfiguration.class));
		assertThat(processed.sources().split("new RuntimeBeanReference\\(\"airlockApprovalGuardVerifier\"\\)"))
			.hasSize(5);
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> registering(
			Consumer<GenericApplicationContext> registrar) {
		return (context) -> registrar.accept((GenericApplicationContext) context);
	}

	private static List<BeanPostProcessor> processors(ConfigurableListableBeanFactory beanFactory) {
		return List.copyOf(((AbstractBeanFactory) beanFactory).getBeanPostProcessors());
	}

	static class WorkerClient extends FactoryOfUnknownType {

		private final Worker worker;

		WorkerClient(Worker worker) {
			this.worker = worker;
		}

		Worker worker() {
			return this.worker;
		}

	}

	static class VaultClient extends FactoryOfUnknownType {

		private final Vault vault;

		VaultClient(Vault vault) {
			this.vault = vault;
		}

		Vault vault() {
			return this.vault;
		}

	}

	static class Probe extends FactoryOfUnknownType {

		private final List<BeanPostProcessor> processors;

		Probe(ConfigurableListableBeanFactory beanFactory) {
			this.processors = EarlyBeansTests.processors(beanFactory);
		}

		List<BeanPostProcessor> processors() {
			return this.processors;
		}

	}

	static class Worker {

		@Async
		void work() {
		}

	}

	@EnableAsync(proxyTargetClass = true)
	static class AsyncConfiguration {

	}

}
