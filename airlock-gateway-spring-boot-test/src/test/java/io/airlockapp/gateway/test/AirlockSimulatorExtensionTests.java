/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.AirlockSimulatorBuilder;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AirlockSimulatorExtension}.
 */
class AirlockSimulatorExtensionTests {

	private static final List<AirlockSimulator> simulators = new CopyOnWriteArrayList<>();

	@BeforeEach
	@AfterEach
	void forget() {
		simulators.clear();
	}

	@Test
	void classHasOneSimulatorThatEachTestFindsAsNew() {
		TestRun.of(WithNested.class).assertSucceeded(3);
		assertThat(simulators).hasSize(3).containsOnly(simulators.get(0));
		assertClosed(simulators.get(0));
	}

	@Test
	void fieldOfTheInstanceGivesEachTestItsOwn() {
		TestRun.of(OfInstance.class).assertSucceeded(2);
		assertThat(simulators).hasSize(2).doesNotHaveDuplicates().allSatisfy((simulator) -> assertClosed(simulator));
	}

	@Test
	void settingsAreUsed() {
		TestRun.of(WithSettings.class).assertSucceeded(1);
	}

	@Test
	void annotationsDecide() {
		TestRun.of(Annotated.class).assertSucceeded(2);
	}

	@Test
	void forgottenDecisionEndsTheCallAndFailsTheTest() {
		AssertionError failure = TestRun.of(Forgetful.class).onlyFailure(AssertionError.class);
		assertThat(failure).hasMessageContainingAll("Nobody decided", "Open the vault for Kim", "@ApproveAll");
	}

	@Test
	void otherParametersAreLeftToOthers() {
		assertThat(TestRun.of(Curious.class).onlyFailure(ParameterResolutionException.class))
			.hasMessageContaining("No ParameterResolver");
	}

	private static void assertClosed(AirlockSimulator simulator) {
		// It has the port no longer, so that another one can take it
		int port = Integer.parseInt(simulator.baseUrl().substring(simulator.baseUrl().lastIndexOf(':') + 1));
		AirlockSimulator.builder().port(port).start().close();
	}

	private static String open(AirlockSimulator simulator) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(VaultApplication.class)
			.web(WebApplicationType.NONE)
			.run(simulator.properties()
				.entrySet()
				.stream()
				.map((property) -> "--%s=%s".formatted(property.getKey(), property.getValue()))
				.toArray(String[]::new))) {
			return context.getBean(Vault.class).open("Kim");
		}
	}

	@ExtendWith(AirlockSimulatorExtension.class)
	static class WithNested {

		private final SimulatedApprover approver;

		WithNested(SimulatedApprover approver) {
			this.approver = approver;
		}

		@BeforeAll
		static void prepare(AirlockSimulator simulator) {
			simulator.preGeneratePairingCode();
		}

		@Test
		void first(AirlockSimulator simulator) {
			use(simulator);
		}

		@Test
		void second(AirlockSimulator simulator) {
			use(simulator);
		}

		private void use(AirlockSimulator simulator) {
			assertThat(this.approver).isSameAs(simulator.approver());
			assertThat(simulator.requests()).isEmpty();
			simulators.add(simulator);
			this.approver.approveAll();
			assertThat(open(simulator)).isEqualTo("open for Kim");
		}

		@Nested
		class Deeper {

			@Test
			void third(AirlockSimulator simulator) {
				use(simulator);
			}

		}

	}

	static class OfInstance {

		@RegisterExtension
		final AirlockSimulatorExtension airlock = new AirlockSimulatorExtension();

		@Test
		void first(AirlockSimulator simulator) {
			simulators.add(simulator);
		}

		@Test
		void second(AirlockSimulator simulator) {
			simulators.add(simulator);
		}

	}

	static class WithSettings {

		@RegisterExtension
		static final AirlockSimulatorExtension airlock = new AirlockSimulatorExtension(
				(simulator) -> simulator.pat("airpat_set"));

		@Test
		void areUsed(AirlockSimulator simulator) {
			assertThat(simulator.pat()).isEqualTo("airpat_set");
		}

	}

	@ExtendWith(AirlockSimulatorExtension.class)
	@RejectAll("No")
	static class Annotated {

		@Test
		void rejects(AirlockSimulator simulator) {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> open(simulator))
				.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("No"));
		}

		@Test
		@ApproveAll
		void approves(AirlockSimulator simulator) {
			assertThat(open(simulator)).isEqualTo("open for Kim");
		}

	}

	static class Forgetful {

		@RegisterExtension
		static final AirlockSimulatorExtension airlock = new AirlockSimulatorExtension(
				(simulator) -> simulator.patience(Duration.ofMillis(50)));

		@Test
		void isDenied(AirlockSimulator simulator) {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> open(simulator));
		}

	}

	@ExtendWith(AirlockSimulatorExtension.class)
	static class Curious {

		@Test
		void asksForMore(AirlockSimulatorBuilder builder) {
			assertThat(builder).isNull();
		}

	}

}
