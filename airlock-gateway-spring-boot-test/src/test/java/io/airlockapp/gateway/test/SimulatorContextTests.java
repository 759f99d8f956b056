/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedApprover;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for how tests with {@link AutoConfigureAirlockSimulator} run: which contexts they
 * share, and how they fail.
 */
class SimulatorContextTests {

	private static final List<AirlockSimulator> simulators = new CopyOnWriteArrayList<>();

	private static final Exchanger<Class<?>> meeting = new Exchanger<>();

	@BeforeEach
	@AfterEach
	void forget() {
		simulators.clear();
	}

	@Test
	void classesOfTheSameConfigurationShareAContext() {
		TestRun.of(First.class, Second.class).assertSucceeded(2);
		assertThat(simulators).hasSize(2);
		assertThat(simulators.get(0)).isSameAs(simulators.get(1));
	}

	@Test
	void patienceIsNoReasonForAnotherContext() {
		TestRun.of(First.class, Patient.class).assertSucceeded(2);
		assertThat(simulators.get(0)).isSameAs(simulators.get(1));
	}

	@Test
	void contextIsUsableAfterAnotherOneWasUsed() {
		TestRun.of(First.class, WithOwnSimulator.class, Second.class).assertSucceeded(3);
		assertThat(simulators.get(0)).isSameAs(simulators.get(2)).isNotSameAs(simulators.get(1));
	}

	@ParameterizedTest
	@ValueSource(classes = { DirtyBefore.class, DirtyAfter.class })
	void dirtyContextTakesItsSimulatorAlong(Class<?> testClass) {
		TestRun.of(testClass).assertSucceeded(2);
		assertThat(simulators).hasSize(2);
		assertThat(simulators.get(0)).isNotSameAs(simulators.get(1));
		assertThatExceptionOfType(ConnectException.class)
			.isThrownBy(() -> URI.create(simulators.get(0).baseUrl()).toURL().openStream().close());
	}

	@Test
	void malformedPatienceFailsTheTest() {
		assertThat(TestRun.of(Hasty.class).onlyFailure(IllegalArgumentException.class))
			.hasMessageContainingAll("@AutoConfigureAirlockSimulator(patience = \"soon\")", "\"30s\"");
		assertThat(TestRun.of(WithoutUnit.class).onlyFailure(IllegalArgumentException.class))
			.hasMessageContainingAll("@AutoConfigureAirlockSimulator(patience = \"60\")", "without a unit");
	}

	@Test
	void simulatorOfTheApplicationIsUsed() {
		TestRun.of(WithOwnSimulator.class).assertSucceeded(1);
		assertThat(simulators.get(0).pat()).isEqualTo("airpat_own");
	}

	@Test
	void sliceIsGuardedAndPaired() {
		TestRun.of(Slice.class).assertSucceeded(1);
	}

	@Test
	void concurrentClassesTakeTurns() {
		TestRun.concurrently(MeetsOthers.class, MeetsOthersToo.class).assertSucceeded(2);
	}

	@Test
	void forgottenDecisionEndsTheCallAndFailsTheTest() {
		AssertionError failure = TestRun.of(Forgetful.class).onlyFailure(AssertionError.class);
		assertThat(failure).hasMessageContainingAll("Nobody decided", "Open the vault for Kim", "@ApproveAll",
				"@RejectAll", "'airlock.gateway.durable.timeout' for a durable method",
				"@AutoConfigureAirlockSimulator(patience = \"1m\")");
	}

	@ParameterizedTest
	@ValueSource(classes = { CallsAtStart.class, CallsAtStartWithOwnSimulator.class })
	void forgottenDecisionDuringTheStartFailsTheFirstTest(Class<?> testClass) {
		AssertionError failure = TestRun.of(testClass).onlyFailure(AssertionError.class);
		assertThat(failure).hasMessageContainingAll("while the application started", "Open the vault for \"the start\"",
				"by a mock", "AirlockSimulator bean");
	}

	@Test
	void callsDuringTheStartAreDecidedByTheSimulatorBean() {
		TestRun.of(ApprovesAtStart.class).assertSucceeded(1);
	}

	@Test
	void forgottenDecisionExplainsTheFailureOfTheTest() {
		ApprovalDeniedException failure = TestRun.of(Surprised.class).onlyFailure(ApprovalDeniedException.class);
		assertThat(failure).hasMessageContainingAll("Nobody decided within 50 ms", "@ApproveAll", "SimulatedApprover");
		assertThat(failure.getSuppressed()).singleElement()
			.isInstanceOf(AssertionError.class)
			.asString()
			.contains("Open the vault for Kim");
	}

	@Test
	void contradictionIsRefused() {
		IllegalStateException failure = TestRun.of(Contradictory.class).onlyFailure(IllegalStateException.class);
		assertThat(failure).hasMessageContainingAll("@ApproveAll", "@RejectAll", "undecided()");
	}

	@ParameterizedTest
	@ValueSource(classes = { NotAutoConfigured.class, NotSimulated.class, WithoutSpring.class, OnTheClass.class })
	void decisionThatNobodyMakesIsRefused(Class<?> testClass) {
		IllegalStateException failure = TestRun.of(testClass).onlyFailure(IllegalStateException.class);
		assertThat(failure).hasMessageContainingAll("@ApproveAll", "@RejectAll", "@AutoConfigureAirlockSimulator",
				"AirlockSimulatorExtension");
	}

	@Test
	void testsHaveAKeyUnlessTheApplicationHasOne() {
		TestRun.of(WithoutKey.class, WithKey.class).assertSucceeded(2);
	}

	@Test
	void testsWithoutSimulatorAreLeftAlone() {
		TestRun.of(Unrelated.class).assertSucceeded(1);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnSimulator {

		@Bean
		AirlockSimulator ownSimulator() {
			return AirlockSimulator.builder().pat("airpat_own").start();
		}

	}

	@SpringBootTest(classes = VaultApplication.class, webEnvironment = WebEnvironment.NONE)
	@AutoConfigureAirlockSimulator
	abstract static class WithSimulator {

		@Autowired
		AirlockSimulator simulator;

		@Autowired
		SimulatedApprover approver;

		@Autowired
		Vault vault;

	}

	abstract static class Opens extends WithSimulator {

		@Test
		void opens() {
			simulators.add(this.simulator);
			this.approver.approveAll();
			assertThat(this.vault.open("Kim")).isEqualTo("open for Kim");
			assertThat(this.approver.asked()).hasSize(1);
		}

	}

	static class First extends Opens {

	}

	static class Second extends Opens {

	}

	@AutoConfigureAirlockSimulator(patience = "1m")
	static class Patient extends Opens {

	}

	@AutoConfigureAirlockSimulator(patience = "soon")
	static class Hasty extends Opens {

	}

	@AutoConfigureAirlockSimulator(patience = "60")
	static class WithoutUnit extends Opens {

	}

	@Import(OwnSimulator.class)
	static class WithOwnSimulator extends Opens {

	}

	@JsonTest
	@AutoConfigureAirlockSimulator
	@ApproveAll
	static class Slice {

		@Test
		void opens(@Autowired Vault vault, @Autowired SimulatedApprover approver) {
			assertThat(vault.open("Kim")).isEqualTo("open for Kim");
			assertThat(approver.asked()).hasSize(1);
		}

	}

	@DirtiesContext(classMode = DirtiesContext.ClassMode.BEFORE_EACH_TEST_METHOD)
	static class DirtyBefore extends Opens {

		@Test
		void opensAgain() {
			opens();
		}

	}

	@DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
	static class DirtyAfter extends Opens {

		@Test
		void opensAgain() {
			opens();
		}

	}

	abstract static class Meets extends WithSimulator {

		@Test
		void meetsNobody() {
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> meeting.exchange(getClass(), 300, TimeUnit.MILLISECONDS));
		}

	}

	static class MeetsOthers extends Meets {

	}

	static class MeetsOthersToo extends Meets {

	}

	@AutoConfigureAirlockSimulator(patience = "50ms")
	static class Forgetful extends WithSimulator {

		@Test
		void isDenied() {
			assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.vault.open("Kim"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ImpatientSimulator {

		@Bean
		AirlockSimulator impatientSimulator() {
			return AirlockSimulator.builder().patience(Duration.ofMillis(50)).start();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ApprovingSimulator {

		@Bean
		AirlockSimulator approvingSimulator() {
			AirlockSimulator simulator = AirlockSimulator.start();
			simulator.approveAll();
			return simulator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallAtStart {

		@Bean
		ApplicationRunner callAtStart(Vault vault) {
			return (arguments) -> {
				try {
					vault.open("the start");
				}
				catch (ApprovalDeniedException ex) {
					// As a framework that turns it into a text
				}
			};
		}

	}

	@Import({ ImpatientSimulator.class, CallAtStart.class })
	@ApproveAll
	static class CallsAtStart extends WithSimulator {

		@Test
		void first() {
		}

		@Test
		void second() {
		}

	}

	@Import({ OwnSimulator.class, CallAtStart.class })
	static class CallsAtStartWithOwnSimulator extends WithSimulator {

		@Test
		void first() {
		}

		@Test
		void second() {
		}

	}

	@Import({ ApprovingSimulator.class, CallAtStart.class })
	static class ApprovesAtStart extends WithSimulator {

		@Test
		void first() {
			assertThat(this.simulator.undecided()).isEmpty();
		}

	}

	@AutoConfigureAirlockSimulator(patience = "50ms")
	static class Surprised extends WithSimulator {

		@Test
		void opens() {
			assertThat(this.vault.open("Kim")).isEqualTo("open for Kim");
		}

	}

	static class Contradictory extends WithSimulator {

		@Test
		@ApproveAll
		@RejectAll
		void undecided() {
		}

	}

	@SpringBootTest(classes = { VaultApplication.class, OwnSimulator.class }, webEnvironment = WebEnvironment.NONE)
	static class NotAutoConfigured {

		@Test
		@ApproveAll
		void opens() {
		}

	}

	@SpringBootTest(classes = VaultApplication.class, webEnvironment = WebEnvironment.NONE)
	static class NotSimulated {

		@Test
		@ApproveAll
		void opens() {
		}

	}

	static class WithoutSpring {

		@Test
		@RejectAll
		void opens() {
		}

	}

	@ApproveAll
	static class OnTheClass {

		@Nested
		class Deeper {

			@Test
			void opens() {
			}

		}

	}

	@SpringBootTest(classes = { VaultApplication.class, OwnSimulator.class }, webEnvironment = WebEnvironment.NONE)
	static class WithoutKey {

		@Test
		void hasAKey(@Value("${airlock.gateway.pairing.store.key}") String key) {
			assertThat(EncryptionKey.parse(key)).isNotNull();
		}

	}

	@SpringBootTest(classes = VaultApplication.class, webEnvironment = WebEnvironment.NONE,
			properties = "airlock.gateway.pairing.store.key=own")
	static class WithKey {

		@Test
		void hasItsOwn(@Value("${airlock.gateway.pairing.store.key}") String key) {
			assertThat(key).isEqualTo("own");
		}

	}

	@SpringBootTest(classes = VaultApplication.class, webEnvironment = WebEnvironment.NONE)
	static class Unrelated {

		@Test
		void hasNoSimulator(@Autowired(required = false) AirlockSimulator simulator) {
			assertThat(simulator).isNull();
		}

	}

}
