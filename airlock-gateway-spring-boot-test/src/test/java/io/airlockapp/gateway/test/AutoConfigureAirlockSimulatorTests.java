/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;

import static io.airlockapp.gateway.test.assertj.AirlockAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AutoConfigureAirlockSimulator} in tests of an application whose
 * properties are for production.
 */
@SpringBootTest(classes = VaultApplication.class, webEnvironment = WebEnvironment.NONE,
		properties = { "airlock.gateway.auth.pat=${NOT_SET}", "airlock.gateway.base-url=https://gateway.invalid",
				"airlock.gateway.pairing.routing-token=${NOT_SET}", "airlock.gateway.pairing.encryption-key=${NOT_SET}",
				"airlock.gateway.pairing.signer-keys.key-1=${NOT_SET}", "airlock.gateway.rate-limit.requests=5" })
@AutoConfigureAirlockSimulator
class AutoConfigureAirlockSimulatorTests {

	@Autowired
	private AirlockSimulator simulator;

	@Autowired
	private SimulatedApprover approver;

	@Autowired
	private Vault vault;

	@Test
	void waitsForAPersonInAnotherThread() throws Exception {
		CompletableFuture<String> result = Vault.openElsewhere(this.vault, "Kim");
		PendingRequest request = this.approver.awaitRequest();
		assertThat(request).hasDescription("Open the vault for Kim");
		assertThat(result).isNotDone();
		this.approver.approve(request);
		assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("open for Kim");
	}

	@Test
	@ApproveAll
	void approvesAll() {
		assertThat(this.vault.open("Kim")).isEqualTo("open for Kim");
		assertThat(this.vault.open("Lee")).isEqualTo("open for Lee");
		assertThat(this.approver).wasAskedTimes(2);
	}

	@Test
	@RejectAll("Not on a Sunday")
	void rejectsAll() {
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.vault.open("Kim"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("Not on a Sunday"));
		assertThat(this.approver).wasAskedTo("Open").wasRejectedBecause("Not on a Sunday");
	}

	@ParameterizedTest
	@ValueSource(strings = { "first", "second" })
	void simulatorIsResetBeforeTest(String name) {
		assertThat(this.approver).wasNotAsked();
		assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).isEmpty();
		this.approver.approveAll();
		assertThat(this.vault.open(name)).isEqualTo("open for " + name);
		// Of this test, or else the next one fails
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, 500);
	}

	@Test
	void timeoutOfApplicationPrecedesPatience() {
		assertThatExceptionOfType(ApprovalTimeoutException.class).isThrownBy(this.vault::openNow);
		assertThat(this.approver).wasAskedTo("Open now");
		assertThat(this.simulator.undecided()).isEmpty();
	}

	@Test
	@ApproveAll
	void callsAreNotSlowedByRateLimit() {
		for (int i = 0; i < 10; i++) {
			this.vault.open("Kim");
		}
		assertThat(this.approver).wasAskedTimes(10);
	}

	@Nested
	@RejectAll
	class WhenNobodyAgrees {

		@Autowired
		private ApplicationContext nestedContext;

		@Test
		void usesTheSameContext() {
			assertThat(this.nestedContext.getBean(AirlockSimulator.class))
				.isSameAs(AutoConfigureAirlockSimulatorTests.this.simulator);
		}

		@Test
		void rejectsAll() {
			assertThatExceptionOfType(ApprovalDeniedException.class)
				.isThrownBy(() -> AutoConfigureAirlockSimulatorTests.this.vault.open("Kim"));
		}

		@Test
		@ApproveAll
		void methodComesFirst() {
			assertThat(AutoConfigureAirlockSimulatorTests.this.vault.open("Kim")).isEqualTo("open for Kim");
		}

		@Nested
		class AndTheTestPreparesOtherwise {

			@BeforeEach
			void agree() {
				AutoConfigureAirlockSimulatorTests.this.approver.approveAll();
			}

			@Test
			void annotationOfTestMethodOverridesClass() {
				assertThat(AutoConfigureAirlockSimulatorTests.this.vault.open("Kim")).isEqualTo("open for Kim");
			}

		}

		@Nested
		class AndNobodySaysOtherwise {

			@Test
			void enclosingClassCounts() {
				assertThatExceptionOfType(ApprovalDeniedException.class)
					.isThrownBy(() -> AutoConfigureAirlockSimulatorTests.this.vault.open("Kim"))
					.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("Rejected by the test"));
			}

		}

	}

}
