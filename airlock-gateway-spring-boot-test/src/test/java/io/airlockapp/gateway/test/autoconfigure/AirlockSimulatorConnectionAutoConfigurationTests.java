/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.autoconfigure;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayAutoConfiguration;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayConnectionDetails;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.ObjectFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AirlockSimulatorConnectionAutoConfiguration}.
 */
class AirlockSimulatorConnectionAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockSimulatorConnectionAutoConfiguration.class,
				AirlockGatewayAutoConfiguration.class));

	@Test
	void connectionDetailsOfSimulatorBeanOverrideProperties() {
		this.contextRunner.withUserConfiguration(Simulated.class)
			.withPropertyValues("airlock.gateway.base-url=https://gateway.invalid", "airlock.gateway.auth.pat=airpat_x")
			.run((context) -> {
				AirlockSimulator simulator = context.getBean(AirlockSimulator.class);
				AirlockGatewayConnectionDetails details = context.getBean(AirlockGatewayConnectionDetails.class);
				assertThat(details.getBaseUrl()).isEqualTo(URI.create(simulator.baseUrl()));
				assertThat(details.getCredentials().pat()).isEqualTo(simulator.pat());
				assertThat(details.getPairings()).hasEntrySatisfying("default", (pairing) -> {
					assertThat(pairing.routingToken()).isEqualTo(simulator.routingToken());
					assertThat(pairing.signerKeys()).containsExactly(simulator.signerKey());
				});
				assertThat(context.getBean(SimulatedApprover.class)).isSameAs(simulator.approver());
			});
	}

	@Test
	void pairsAllApproversThatAreConfigured() {
		this.contextRunner.withUserConfiguration(Simulated.class)
			.withPropertyValues("airlock.gateway.pairings.finance.code=${NOT_SET}",
					"airlock.gateway.pairings.shift-1.principals=ann", "airlock.gateway.approvers.refunds.quorum=2",
					"airlock.gateway.approvers.refunds.pairings=shift-1,shift-2",
					"airlock.gateway.approvers.refunds.escalation[0].after=1m",
					"airlock.gateway.approvers.refunds.escalation[0].pairings[0]=shift-3",
					"airlock.gateway.approvers.refunds.escalation[1].after=2m",
					"airlock.gateway.approvers.refunds.escalation[1].pairings=shift-4",
					"airlock.gateway.approvers.large-payouts.pairings[0]=default")
			.run((context) -> {
				AirlockSimulator simulator = context.getBean(AirlockSimulator.class);
				Map<String, Pairing> pairings = context.getBean(AirlockGatewayConnectionDetails.class).getPairings();
				assertThat(pairings).containsOnlyKeys("default", "finance", "shift-1", "shift-2", "shift-3", "shift-4");
				assertThat(pairings).allSatisfy((name, pairing) -> {
					SimulatedApprover approver = simulator.approver(name);
					assertThat(pairing.routingToken()).isEqualTo(approver.routingToken());
					assertThat(pairing.encryptionKey()).isEqualTo(approver.encryptionKey());
					assertThat(pairing.signerKeys()).containsExactly(approver.signerKey());
				});
			});
	}

	@Test
	void approverOfTheSimulatorBeanKeepsItsPhone() {
		this.contextRunner.withUserConfiguration(SimulatedOnOnePhone.class)
			.withPropertyValues("airlock.gateway.approvers.refunds.pairings=shift-1,shift-2")
			.run((context) -> {
				Map<String, Pairing> pairings = context.getBean(AirlockGatewayConnectionDetails.class).getPairings();
				assertThat(pairings.get("shift-1").signerKeys()).isEqualTo(pairings.get("shift-2").signerKeys());
			});
	}

	@Test
	void requestsAreNotLimited() {
		this.contextRunner.withUserConfiguration(Simulated.class)
			.withPropertyValues("airlock.gateway.rate-limit.requests=5", "airlock.gateway.presence.enabled=false")
			.run((context) -> {
				AirlockGatewayOperations gateway = context.getBean(AirlockGatewayOperations.class);
				for (int i = 0; i < 10; i++) {
					gateway.checkConsent();
				}
				assertThat(context.getBean(AirlockSimulator.class).requests(SimulatorCall.CONSENT_CHECK)).hasSize(10);
			});
	}

	/**
	 * As with {@code @RestartScope} of devtools.
	 */
	@Test
	void simulatorInAScopeThatOutlivesTheApplicationIsUsedAgain() {
		Map<String, Object> kept = new ConcurrentHashMap<>();
		ApplicationContextRunner application = this.contextRunner.withUserConfiguration(KeptSimulator.class)
			.withInitializer((context) -> context.getBeanFactory().registerScope("restart", new KeepingScope(kept)));
		for (int start = 1; start <= 2; start++) {
			int consentChecks = start;
			application.run((context) -> {
				context.getBean(AirlockGatewayOperations.class).checkConsent();
				assertThat(context.getBean(AirlockSimulator.class).requests(SimulatorCall.CONSENT_CHECK))
					.hasSize(consentChecks);
			});
		}
		assertThat(kept.values()).singleElement()
			.isInstanceOfSatisfying(AirlockSimulator.class, AirlockSimulator::close);
	}

	@Test
	void connectsToTheSimulatorOfAParent() {
		new ApplicationContextRunner().withUserConfiguration(Simulated.class)
			.run((parent) -> this.contextRunner.withParent(parent)
				.withPropertyValues("airlock.gateway.auth.pat=airpat_x")
				.run((context) -> assertThat(context).hasNotFailed()));
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void warnsOfASimulatorInPlaceOfAConfiguredGateway(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Simulated.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Approvals are simulated").doesNotContain("A simulator bean approves");
		this.contextRunner.withUserConfiguration(Simulated.class)
			.withPropertyValues("airlock.gateway.auth.pat=airpat_x")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.contains("A simulator bean approves in place of the gateway that 'airlock.gateway.auth.pat'");
	}

	@Test
	void backsOffWithoutASimulator() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(SimulatorConnectionDetails.class)
			.doesNotHaveBean(SimulatedApprover.class)
			.hasSingleBean(AirlockGatewayConnectionDetails.class));
	}

	@Test
	void backsOffForSeveralSimulators() {
		this.contextRunner.withUserConfiguration(Simulated.class, SimulatedToo.class)
			.run((context) -> assertThat(context).doesNotHaveBean(SimulatorConnectionDetails.class));
	}

	@Test
	void backsOffForTheApplicationsOwnDetails() {
		this.contextRunner.withUserConfiguration(Simulated.class, OwnDetails.class)
			.run((context) -> assertThat(context.getBean(AirlockGatewayConnectionDetails.class).getBaseUrl())
				.isEqualTo(URI.create("https://gateway.invalid")));
	}

	@Test
	void simulatorOfTestOverridesConnectionDetailsOfApplication() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(AirlockSimulatorAutoConfiguration.class))
			.withUserConfiguration(OwnDetails.class)
			.run((context) -> assertThat(context.getBean(AirlockGatewayConnectionDetails.class).getBaseUrl())
				.isEqualTo(URI.create(context.getBean(AirlockSimulator.class).baseUrl())));
	}

	@Configuration(proxyBeanMethods = false)
	static class Simulated {

		@Bean
		AirlockSimulator simulator() {
			return AirlockSimulator.start();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class KeptSimulator {

		@Bean
		@Scope("restart")
		AirlockSimulator simulator() {
			return AirlockSimulator.start();
		}

	}

	private record KeepingScope(Map<String, Object> kept) implements org.springframework.beans.factory.config.Scope {

		@Override
		public Object get(String name, ObjectFactory<?> objectFactory) {
			return this.kept.computeIfAbsent(name, (each) -> objectFactory.getObject());
		}

		@Override
		public Object remove(String name) {
			return this.kept.remove(name);
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SimulatedOnOnePhone {

		@Bean
		AirlockSimulator simulator() {
			AirlockSimulator simulator = AirlockSimulator.start();
			simulator.addApprover("shift-2", simulator.addApprover("shift-1"));
			return simulator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SimulatedToo {

		@Bean
		AirlockSimulator simulatorToo() {
			return AirlockSimulator.start();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDetails {

		@Bean
		AirlockGatewayConnectionDetails ownDetails() {
			return new AirlockGatewayConnectionDetails() {

				@Override
				public URI getBaseUrl() {
					return URI.create("https://gateway.invalid");
				}

				@Override
				public GatewayCredentials getCredentials() {
					return GatewayCredentials.NONE;
				}

			};
		}

	}

}
