/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalDenialHandler;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.ApprovalGateDecorator;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.exchange.Admission;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;

/**
 * Tests for {@link AirlockApprovalAutoConfiguration}: no configuration drops the guard.
 */
@ExtendWith(OutputCaptureExtension.class)
class GuardAtStartTests {

	private final ApplicationContextRunner guardOnly = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(Vault.class);

	private final ApplicationContextRunner contextRunner = this.guardOnly.withConfiguration(AutoConfigurations
		.of(AopAutoConfiguration.class, AirlockGatewayAutoConfiguration.class, AirlockPresenceAutoConfiguration.class));

	@AfterEach
	void awaitEndOfStart() {
		BackgroundThreads.awaitEnd("airlock-start");
	}

	@Test
	void deniesWithoutAnyProperty() {
		this.contextRunner.run((context) -> assertDenies(context, "airlock.gateway.pairing.routing-token",
				"airlock.gateway.auth.pat"));
	}

	@ParameterizedTest
	@CsvSource({ "spring.aop.auto=false, airlock.gateway.pairing.routing-token",
			"spring.aop.auto=true, airlock.gateway.pairing.routing-token",
			"airlock.gateway.enabled=false, airlock.gateway.enabled",
			"airlock.gateway.enabled=false, airlock.gateway.approval.mode=bypass" })
	void deniesWithoutAopAutoConfigurationOrAspectJAndWhenDisabled(String property, String advice) {
		assertThat(ClassUtils.isPresent("org.aspectj.weaver.Advice", null)).isFalse();
		this.contextRunner.withPropertyValues(property).run((context) -> assertDenies(context, advice));
	}

	@Test
	void deniesWithoutTheClientsAutoConfiguration() {
		this.guardOnly.run((context) -> assertDenies(context, "AirlockGatewayAutoConfiguration"));
	}

	@Test
	void deniesWithoutRestClient() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(RestClient.class))
			.run((context) -> assertDenies(context, "AirlockGatewayAutoConfiguration"));
	}

	@Test
	void deniesWhenTheGatewayCannotBeReached() {
		this.contextRunner.withPropertyValues(PairedProperties.all())
			.withPropertyValues("airlock.gateway.approval.timeout=1s")
			.run((context) -> {
				assertThatExceptionOfType(AirlockGatewayException.class)
					.isThrownBy(() -> context.getBean(Vault.class).open());
				assertThat(Vault.opened(context)).isZero();
			});
	}

	private static void assertDenies(ApplicationContext context, String... advice) {
		Vault vault = context.getBean(Vault.class);
		assertThat(AopUtils.isCglibProxy(vault)).isTrue();
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(vault::open)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(advice));
		assertThat(Vault.opened(context)).isZero();
	}

	@Test
	void bypassRunsMethodAndLogsWarningAtStartAndForEachCall(CapturedOutput output) {
		this.contextRunner.withPropertyValues("airlock.gateway.approval.mode=bypass").run((context) -> {
			assertThat(output).containsOnlyOnce("run WITHOUT approval").contains("airlock.gateway.approval.mode");
			context.getBean(Vault.class).open();
			context.getBean(Vault.class).open();
			assertThat(Vault.opened(context)).isEqualTo(2);
			assertThat(output.getOut().lines().filter((line) -> line.contains("Vault.open runs WITHOUT approval")))
				.hasSize(2)
				.allMatch((line) -> line.contains("WARN"));
		});
	}

	@Test
	void bypassIsLoggedWhenGatewayIsDisabled(CapturedOutput output) {
		this.contextRunner.withPropertyValues("airlock.gateway.approval.mode=bypass", "airlock.gateway.enabled=false")
			.run((context) -> {
				assertThat(output).contains("run WITHOUT approval");
				assertThat(context.getBean(Vault.class).open()).isEqualTo("open");
			});
	}

	@Test
	void bypassIsNotLoggedWhenEnforcing(CapturedOutput output) {
		this.contextRunner.run((context) -> assertThat(output).doesNotContain("WITHOUT approval"));
	}

	@Test
	void startIsQuietIfPaired(CapturedOutput output) {
		this.contextRunner.withPropertyValues(PairedProperties.all())
			.withPropertyValues("spring.application.name=payments", "airlock.gateway.presence.enabled=false")
			.run((context) -> {
				awaitEndOfStart();
				assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).isEmpty();
			});
	}

	@Test
	void gateOfTheUserWins() {
		AtomicInteger passed = new AtomicInteger();
		this.contextRunner.withBean(ApprovalGate.class, () -> (call) -> passed.incrementAndGet()).run((context) -> {
			assertThat(context).hasSingleBean(ApprovalGate.class).doesNotHaveBean("airlockApprovalGate");
			assertThat(context.getBean(Vault.class).open()).isEqualTo("open");
			assertThat(passed).hasValue(1);
		});
	}

	@Test
	void gateWithErrorKeepsTheMethodFromRunning() {
		this.contextRunner.withBean(ApprovalGate.class, () -> (call) -> {
			throw new StackOverflowError();
		}).run((context) -> {
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> context.getBean(Vault.class).open())
				.withCauseInstanceOf(StackOverflowError.class);
			assertThat(Vault.opened(context)).isZero();
		});
	}

	@Test
	void denialHandlerOfUserReturnsResult() {
		this.contextRunner.withBean(ApprovalDenialHandler.class, () -> (invocation, denial) -> "denied")
			.run((context) -> {
				assertThat(context.getBean(Vault.class).open()).isEqualTo("denied");
				assertThat(Vault.opened(context)).isZero();
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { ApprovalDenialHandler.class, RequesterSource.class })
	<T> void severalBeansOfOneStrategyFailTheStart(Class<T> type) {
		this.contextRunner.withBean("first", type, () -> mock(type))
			.withBean("second", type, () -> mock(type))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(AirlockConfigurationException.class)
				.hasMessage("Several beans are of type '%s': 'first', 'second'".formatted(type.getName())));
		this.contextRunner.withBean("first", type, () -> mock(type))
			.withBean("second", type, () -> mock(type), (definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withPropertyValues("airlock.gateway.approval.mode=bypass")
			.withBean("first", type, () -> mock(type))
			.withBean("second", type, () -> mock(type))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void severalGatesFailTheStart() {
		ApprovalGate gate = (call) -> {
		};
		this.contextRunner.withBean("first", ApprovalGate.class, () -> gate)
			.withBean("second", ApprovalGate.class, () -> gate)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageStartingWith("Several beans are of type '%s'".formatted(ApprovalGate.class.getName())));
	}

	@Test
	void decoratorThatReturnsNoGateFailsTheStart() {
		this.contextRunner.withBean(ApprovalGateDecorator.class, () -> (gate) -> null)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(AirlockConfigurationException.class)
				.hasMessageEndingWith("' returned no gate"));
	}

	@Test
	void decoratorWhoseGateWouldRefuseAdmissionsFailsTheStart() {
		this.contextRunner.withBean(ApprovalGateDecorator.class, () -> (gate) -> new ApprovalGate() {

			@Override
			public void authorize(GuardedCall call) {
				gate.authorize(call);
			}

			@Override
			public Admission admit(GuardedCall call) {
				throw new ApprovalUnavailableException("not now", null, null);
			}

		})
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(AirlockConfigurationException.class)
				.hasMessageEndingWith("' with a method 'admit', which is not called"));
	}

	@Test
	void decoratorMayReturnAProxy() {
		this.contextRunner
			.withBean(ApprovalGateDecorator.class,
					() -> (gate) -> ProxyFactory.getProxy(ApprovalGate.class, new SingletonTargetSource(gate)))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void operationsOfUserAreNotUsedForApproval() {
		AirlockGatewayOperations operations = mock();
		this.guardOnly.withBean(AirlockGatewayOperations.class, () -> operations).run((context) -> {
			assertDenies(context, "AirlockGatewayAutoConfiguration");
			assertThat(mockingDetails(operations).getInvocations()).isEmpty();
			assertThat(Vault.opened(context)).isZero();
		});
	}

	@Test
	void orderIsOfTheProperty() {
		this.contextRunner.withPropertyValues("airlock.gateway.approval.order=17")
			.run((context) -> assertThat(context.getBean(ApprovalAdvisor.class).getOrder()).isEqualTo(17));
	}

	// Public, since a filtered class loader cannot extend other classes
	public static class Vault {

		private final AtomicInteger opened = new AtomicInteger();

		@RequiresAirlockApproval("Open the vault")
		public String open() {
			this.opened.incrementAndGet();
			return "open";
		}

		static int opened(ApplicationContext context) {
			Object target = AopProxyUtils.getSingletonTarget(context.getBean(Vault.class));
			return ((Vault) Objects.requireNonNull(target)).opened.get();
		}

	}

}
