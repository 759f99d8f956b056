/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.ReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.simulator.AirlockSimulator;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A gateway that forges decisions: whatever it delivers that can be read and does not
 * verify ends the approval at once, and the guarded method does not run.
 */
@SpringBootTest(properties = GuardedApplication.NO_RATE_LIMIT)
@ExtendWith(OutputCaptureExtension.class)
class HostileGatewayTests {

	@AutoClose
	private static final AirlockSimulator simulator = AirlockSimulator.builder().decisionInStatus(true).start();

	private static final ApproverKey key = ApproverKey.generate("key-1");

	@Autowired
	private PaymentService payments;

	@Autowired
	private RevocablePairing pairing;

	@Autowired
	private Outcomes outcomes;

	@DynamicPropertySource
	static void pairWithSimulator(DynamicPropertyRegistry registry) {
		simulator.properties().forEach((name, value) -> registry.add(name, () -> value));
	}

	@BeforeEach
	void decideAtOnce() {
		simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		this.pairing.pairWith(key.signerKey());
		this.pairing.onJournal = () -> {
		};
	}

	@AfterEach
	void nothingWasPaid() {
		simulator.reset();
		List<String> paid = List.copyOf(this.payments.payments());
		this.payments.payments().clear();
		assertThat(paid).isEmpty();
	}

	static Stream<Arguments> forgeries() {
		Stream<Arguments> any = Stream.of(SignatureForm.values())
			.flatMap((form) -> Forgery.all(form).map((forgery) -> Arguments.of(form, forgery)));
		return Stream.concat(any, Forgery.ofCoreForm().map((forgery) -> Arguments.of(SignatureForm.CORE, forgery)));
	}

	@ParameterizedTest(name = "{0}: {1}")
	@MethodSource("forgeries")
	void refusesForgedDecision(SignatureForm form, Forgery forgery, CapturedOutput output) {
		relay(form, "approve", forgery.change());
		assertRefused(forgery.failure());
		GuardedApplication.assertOneOutcome(output, "not verified after ");
	}

	static Stream<Arguments> otherMessages() {
		return Stream.of(SignatureForm.values())
			.flatMap((form) -> Forgery.ofOtherMessages().map((change) -> Arguments.of(form, change)));
	}

	@ParameterizedTest(name = "{0}: {index}")
	@MethodSource("otherMessages")
	void messageOfOtherTypeIsNoDecision(SignatureForm form, Consumer<Decision> change) {
		AtomicBoolean changed = new AtomicBoolean();
		simulator.tamperDecisions((envelope) -> {
			boolean first = changed.compareAndSet(false, true);
			Decision decision = Decision.signed(form, key, first ? "approve" : "reject",
					envelope.get("requestId").stringValue(), envelope.get("body").get("artifactHash").stringValue());
			if (first) {
				change.accept(decision);
			}
			return decision.envelope();
		});
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.payments.pay("a"));
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void takesGenuineDecisions(SignatureForm form, CapturedOutput output) {
		relay(form, "reject", (decision) -> {
		});
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.payments.pay("a"));
		GuardedApplication.assertOneOutcome(output, "denied by key key-1");
		relay(form, "approve", (decision) -> {
		});
		this.payments.pay("a");
		assertThat(output).contains(" approved by key key-1 after ");
		assertThat(this.payments.payments()).containsExactly("a");
		this.payments.payments().clear();
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesNonceOfAnEarlierRequest(SignatureForm form) {
		AtomicReference<String> nonce = new AtomicReference<>();
		relay(form, "reject", (decision) -> nonce.set(decision.body().get("nonce").stringValue()));
		assertThatExceptionOfType(ApprovalDeniedException.class).isThrownBy(() -> this.payments.pay("a"));
		relay(form, "approve", (decision) -> {
			decision.body().put("nonce", nonce.get());
			decision.sign();
		});
		assertRefused(Failure.REPLAYED);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesDecisionOfAnEarlierRequest(SignatureForm form) {
		AtomicReference<ObjectNode> earlier = new AtomicReference<>();
		relay(form, "approve", (decision) -> {
			earlier.compareAndSet(null, decision.envelope().deepCopy());
			decision.body().remove("signature");
		});
		assertRefused(Failure.MALFORMED);
		simulator.tamperDecisions((envelope) -> earlier.get());
		assertRefused(Failure.OTHER_REQUEST);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesBodiesOfTwoPendingRequestsThatAreSwapped(SignatureForm form) throws Exception {
		swap(form, (own, other) -> own.set("body", other.get("body")), Failure.OTHER_ARTIFACT, Failure.OTHER_REQUEST);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesDecisionsOfTwoPendingRequestsThatAreSwapped(SignatureForm form) throws Exception {
		swap(form, (own, other) -> other, Failure.OTHER_REQUEST);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesSignaturesOfTwoPendingRequestsThatAreSwapped(SignatureForm form) throws Exception {
		swap(form, (own, other) -> {
			((ObjectNode) own.get("body")).set("signature", other.get("body").get("signature"));
			return own;
		}, Failure.BAD_SIGNATURE);
	}

	private void swap(SignatureForm form, Swap swap, Failure... failures) throws Exception {
		this.outcomes.reset();
		simulator.decideAutomatically(null);
		CompletableFuture<Void> first = CompletableFuture.runAsync(() -> this.payments.pay("a"));
		CompletableFuture<Void> second = CompletableFuture.runAsync(() -> this.payments.pay("b"));
		List<ObjectNode> decisions = simulator.awaitPending(2, Duration.ofSeconds(10))
			.stream()
			.map((request) -> Decision
				.signed(form, key, "approve", request.requestId(),
						ArtifactHash.of(CanonicalJson.toBytes(request.plaintext())))
				.envelope())
			.toList();
		simulator.tamperDecisions((envelope) -> {
			boolean isFirst = envelope.get("requestId").equals(decisions.get(0).get("requestId"));
			ObjectNode own = decisions.get(isFirst ? 0 : 1).deepCopy();
			ObjectNode other = decisions.get(isFirst ? 1 : 0).deepCopy();
			return swap.apply(own, other);
		});
		decisions.forEach((decision) -> simulator.approve(decision.get("requestId").stringValue()));
		for (CompletableFuture<Void> result : List.of(first, second)) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(10, TimeUnit.SECONDS))
				.satisfies((ex) -> assertRefused(ex.getCause(), failures));
		}
		this.outcomes.assertOnly(2, ApprovalResult.UNVERIFIED);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesKeyThatIsRevokedWhileThePersonDecides(SignatureForm form) {
		relay(form, "approve", (decision) -> this.pairing.pairWith(ApproverKey.generate("key-2").signerKey()));
		assertRefused(Failure.UNKNOWN_KEY);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void refusesPairingThatIsRevokedWhileThePersonDecides(SignatureForm form) {
		relay(form, "approve", (decision) -> this.pairing.revoke());
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.payments.pay("a"))
			.withMessageContaining("revoked");
	}

	@Test
	void refusesKeyThatIsRevokedWhileItsDecisionIsVerified() {
		ApproverKey other = ApproverKey.generate("key-2");
		this.pairing.pairWith(key.signerKey(), other.signerKey());
		this.pairing.onJournal = () -> this.pairing.pairWith(other.signerKey());
		relay(SignatureForm.TEXT, "approve", (decision) -> {
		});
		assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(() -> this.payments.pay("a"))
			.withMessageContaining("or its key, was revoked");
	}

	@Test
	void refusesApprovalByTheKeyOfAnotherApprover() {
		// Both are paired, but the id is the one's and the signature the other's
		ApproverKey other = ApproverKey.generate("key-2");
		this.pairing.pairWith(key.signerKey(), other.signerKey());
		relay(SignatureForm.TEXT, "approve", (decision) -> decision.sign(other));
		assertRefused(Failure.BAD_SIGNATURE);
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void doesNotUseForgedDecisionInTheStatusAfterAWithdrawalThatLostTheRace(SignatureForm form, CapturedOutput output) {
		AtomicBoolean delivered = new AtomicBoolean();
		simulator.decideAutomatically(null);
		relay(form, "reject", (decision) -> {
			delivered.set(true);
			decision.body().put("decision", "approve");
		});
		// Before the request, since its first wait would deliver the decision
		simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, 100,
				SimulatedFault.status(204).withBody("application/json", ""));
		CompletableFuture<Void> result = CompletableFuture.runAsync(() -> this.payments.payNow("a"));
		String requestId = simulator.awaitPending().requestId();
		simulator.approve(requestId);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> result.get(10, TimeUnit.SECONDS))
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOf(ApprovalUnavailableException.class)
				.hasMessageContaining("the gateway did not hand over the decision"));
		assertThat(delivered).isTrue();
		GuardedApplication.assertOneOutcome(output, "unavailable");
	}

	/**
	 * Deliver a genuine decision instead of the simulator's, after a change.
	 */
	private static void relay(SignatureForm form, String word, Consumer<Decision> change) {
		simulator.tamperDecisions((envelope) -> {
			Decision decision = Decision.signed(form, key, word, envelope.get("requestId").stringValue(),
					envelope.get("body").get("artifactHash").stringValue());
			change.accept(decision);
			return decision.envelope();
		});
	}

	private void assertRefused(Failure failure) {
		this.outcomes.reset();
		assertThatExceptionOfType(ApprovalVerificationException.class).isThrownBy(() -> this.payments.pay("a"))
			.satisfies((ex) -> assertRefused(ex, failure));
		this.outcomes.assertOnly(1, ApprovalResult.UNVERIFIED);
	}

	private static void assertRefused(Throwable ex, Failure... failures) {
		assertThat(ex).isInstanceOf(ApprovalVerificationException.class);
		assertThat(ex.getCause()).isInstanceOfSatisfying(DecisionVerificationException.class,
				(cause) -> assertThat(cause.getFailure()).isIn((Object[]) failures));
	}

	@FunctionalInterface
	private interface Swap {

		ObjectNode apply(ObjectNode own, ObjectNode other);

	}

	/**
	 * A pairing whose keys change while a person decides.
	 */
	static final class RevocablePairing implements PairingSource {

		private volatile @Nullable Pairing pairing;

		private volatile Runnable onJournal = () -> {
		};

		void pairWith(SignerKey... keys) {
			String encryptionKey = simulator.properties().get("airlock.gateway.pairing.encryption-key");
			this.pairing = new Pairing(simulator.routingToken(), EncryptionKey.parse(encryptionKey), List.of(keys));
		}

		void revoke() {
			this.pairing = null;
		}

		@Override
		public @Nullable Pairing getPairing(String name) {
			return this.pairing;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(GuardedApplication.class)
	static class Application {

		@Bean
		RevocablePairing pairing() {
			return new RevocablePairing();
		}

		@Bean
		ReplayJournal journal(RevocablePairing pairing) {
			InMemoryReplayJournal journal = new InMemoryReplayJournal();
			return (key, nonce, requestId) -> {
				pairing.onJournal.run();
				return journal.use(key, nonce, requestId);
			};
		}

	}

}
