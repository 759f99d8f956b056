/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * However a guarded call ends, no secret and no argument is in a log, an exception, a
 * thread's name or the text form of a bean.
 */
class SecretsOfCallsTests {

	private final AirlockSimulator simulator = AirlockSimulator.builder().pat(Secrets.PAT).start();

	private final LogRecorder log = LogRecorder.attach();

	@AfterEach
	void nothingWasLogged() {
		this.simulator.close();
		this.log.close();
		Secrets.assertNoneIn("log", this.log.text());
	}

	static Stream<Arguments> unwritable() {
		Object deep = Secrets.ARGUMENT;
		for (int i = 0; i < 100; i++) {
			deep = List.of(deep);
		}
		return Stream.of(Arguments.argumentSet("failing", new Failing()),
				Arguments.argumentSet("failing element", List.of(Secrets.ARGUMENT, new Failing())),
				Arguments.argumentSet("failing sensitive property", new FailingSensitive()),
				Arguments.argumentSet("lone surrogate", Secrets.ARGUMENT + "\ud800"),
				Arguments.argumentSet("lone surrogate in a name", Map.of(Secrets.ARGUMENT + "\ud800", 1)),
				Arguments.argumentSet("too deep", deep), Arguments.argumentSet("stream", Stream.of(Secrets.ARGUMENT)),
				Arguments.argumentSet("input", new ByteArrayInputStream(Secrets.ARGUMENT.getBytes())),
				Arguments.argumentSet("no data", new WeakReference<>(Secrets.ARGUMENT)));
	}

	@ParameterizedTest
	@MethodSource("unwritable")
	void failureOfArgumentThatCannotBeShownContainsNoSecrets(Object argument) {
		run(runner(), (context) -> {
			PaymentService payments = context.getBean(PaymentService.class);
			assertThat(assertSilent(() -> payments.payWithPin(Secrets.ARGUMENT, Secrets.SENSITIVE_ARGUMENT, argument)))
				.hasMessageContaining("cannot be shown");
			assertThat(assertSilent(() -> payments.payWithPin(Secrets.ARGUMENT, argument, null)))
				.hasMessageContaining("cannot be shown");
			assertThat(this.simulator.requests()).isEmpty();
		}, "");
	}

	@Test
	void failureOfCircularArgumentContainsNoSecrets() {
		List<Object> circular = new ArrayList<>(List.of(Secrets.ARGUMENT));
		circular.add(circular);
		run(runner(), (context) -> {
			PaymentService payments = context.getBean(PaymentService.class);
			assertThat(assertSilent(() -> payments.payWithPin(Secrets.ARGUMENT, Secrets.SENSITIVE_ARGUMENT, circular)))
				.hasMessageContaining("cannot be shown");
			assertThat(this.simulator.requests()).isEmpty();
		}, "");
	}

	@Test
	void denialContainsNoSecrets() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject("Wrong account"));
		run(runner().withPropertyValues("airlock.gateway.approval.denial-cooldown=1m"), (context) -> {
			assertSilent(() -> pay(context));
			assertSilent(() -> pay(context));
		}, " denied by key ");
	}

	@Test
	void approvalContainsNoSecrets() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve("Right account"));
		run(runner(), SecretsOfCallsTests::pay, " approved by key ");
	}

	@Test
	void timeoutContainsNoSecrets() {
		run(runner(), (context) -> assertSilent(() -> pay(context)), " timed out after ");
	}

	@Test
	void warningAboutExpressionContainsNoSecrets() {
		run(runner(),
				(context) -> assertSilent(() -> context.getBean(PaymentService.class)
					.payAsDescribed(Secrets.ARGUMENT, Secrets.SENSITIVE_ARGUMENT, List.of(Secrets.ARGUMENT))),
				"has no clear result");
	}

	@Test
	void failureOfChangedArgumentContainsNoSecrets() {
		run(runner(), (context) -> {
			List<String> note = new ArrayList<>(List.of(Secrets.ARGUMENT));
			CompletableFuture<Throwable> failure = CompletableFuture
				.supplyAsync(() -> assertSilent(() -> context.getBean(PaymentService.class)
					.payWithPin(Secrets.ARGUMENT, Secrets.SENSITIVE_ARGUMENT, note)));
			PendingRequest request = this.simulator.awaitPending();
			note.add(Secrets.SENSITIVE_ARGUMENT);
			this.simulator.approve(request.requestId());
			assertThat(failure.join()).isInstanceOf(ApprovalVerificationException.class);
		}, " approved by key ");
	}

	@Test
	void shutdownContainsNoSecrets() {
		List<CompletableFuture<Throwable>> failures = new ArrayList<>();
		runner().run((context) -> {
			failures.add(CompletableFuture
				.supplyAsync(() -> assertSilent(() -> context.getBean(PaymentService.class).pay(Secrets.ARGUMENT))));
			this.simulator.awaitPending();
			Thread.getAllStackTraces().keySet().forEach((thread) -> Secrets.assertNoneIn("thread", thread.toString()));
		});
		assertThat(failures.get(0).join()).hasMessageContaining("shutting down");
		// Only now has the caller's thread said its last
		assertThat(this.log.text()).contains("unavailable after ");
	}

	@Test
	void warningsInBypassModeContainNoSecrets() {
		run(runner().withPropertyValues("airlock.gateway.approval.mode=bypass"), SecretsOfCallsTests::pay,
				"WITHOUT approval");
	}

	@Test
	void failureWhenDisabledContainsNoSecrets() {
		// Nothing is logged, since the exception says all
		run(runner().withPropertyValues("airlock.gateway.enabled=false"), (context) -> assertSilent(() -> pay(context)),
				"");
	}

	@Test
	void textFormsOfBeansContainNoSecrets() {
		run(runner(), (context) -> {
			for (String name : context.getBeanDefinitionNames()) {
				Secrets.assertNoneIn("bean " + name, name + context.getBean(name));
			}
			context.getBean(AirlockGatewayOperations.class).echo();
		}, "Reading to");
	}

	@Test
	void textFormsOfPairingContainNoSecrets() {
		run(runner(), (context) -> {
			AirlockGatewayOperations operations = context.getBean(AirlockGatewayOperations.class);
			PairingInitiation request = new PairingInitiation("d", "e", null, null, null, null);
			InitiatedPairing initiated = operations.initiatePairing(request);
			assertThat(initiated.pairingCode()).isNotEmpty();
			assertThat(initiated.toString()).doesNotContain(initiated.pairingCode());
			PairingCode pregenerated = operations.preGeneratePairingCode(new PairingCodeRequest(null, null));
			assertThat(pregenerated.pairingCode()).isNotEmpty();
			assertThat(pregenerated.toString()).doesNotContain(pregenerated.pairingCode());
			assertThat(this.log.text()).doesNotContain(initiated.pairingCode(), pregenerated.pairingCode());
		}, "Reading to");
	}

	private static void pay(ApplicationContext context) {
		context.getBean(PaymentService.class)
			.payWithPin(Secrets.ARGUMENT, Secrets.SENSITIVE_ARGUMENT, Secrets.ARGUMENT);
	}

	private static Throwable assertSilent(Runnable call) {
		Throwable ex = catchThrowable(call::run);
		assertThat(ex).isInstanceOf(AirlockGatewayException.class);
		Secrets.assertNoneIn(ex);
		return ex;
	}

	private void run(ApplicationContextRunner runner, Consumer<ApplicationContext> test, String logged) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		});
		assertThat(this.log.text()).contains(logged);
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner().withUserConfiguration(GuardedApplication.class)
			.withPropertyValues(SimulatedApplications.properties(this.simulator))
			.withPropertyValues("airlock.gateway.auth.client-id=shop",
					"airlock.gateway.auth.client-secret=" + Secrets.CLIENT_SECRET);
	}

	static class Failing extends AbstractList<String> {

		@Override
		public String get(int index) {
			throw new IllegalArgumentException(Secrets.ARGUMENT);
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static class FailingSensitive {

		@AirlockSensitive
		private final Object pin = new Failing();

		public Object getPin() {
			return this.pin;
		}

	}

}
