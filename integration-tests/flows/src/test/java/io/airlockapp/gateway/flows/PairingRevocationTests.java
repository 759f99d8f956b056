/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.pairing.PairingChangedEvent;
import io.airlockapp.gateway.pairing.PairingChangedEvent.Change;
import io.airlockapp.gateway.pairing.PairingException;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingInfo.State;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The gateway says that a pairing was revoked, while the application runs.
 */
class PairingRevocationTests extends PairableTests {

	private static final SimulatedFault REVOKED = SimulatedFault.status(403).withCode("pairing_revoked");

	@Test
	void revocationReportedBySubmissionEndsPairing() {
		try (PairableApplication application = startPaired()) {
			this.simulator.revokePairing(routingToken());
			assertThatExceptionOfType(ApprovalUnavailableException.class).isThrownBy(application.vault()::open)
				.matches(AirlockGatewayException::isPairingRevoked)
				.withMessageContaining("pair this application again");
			assertOutOfForce(application);
		}
	}

	@Test
	void revocationReportedByWaitEndsPairing() {
		try (PairableApplication application = startPaired("airlock.gateway.approval.poll-timeout=1s")) {
			CompletableFuture<String> result = CompletableFuture.supplyAsync(application.vault()::open);
			this.simulator.awaitPending();
			this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, REVOKED);
			assertRevoked(result);
			assertOutOfForce(application);
		}
	}

	/**
	 * Such a request belongs to the application, which may have several pairings.
	 */
	@ParameterizedTest
	@EnumSource(names = { "HEARTBEAT", "DND_POLICIES" })
	void revocationReportedByCallWithoutPairingIsIgnored(SimulatorCall call) {
		try (PairableApplication application = startPaired()) {
			CompletableFuture<String> result = CompletableFuture.supplyAsync(application.vault()::open);
			String requestId = this.simulator.awaitPending().requestId();
			this.simulator.failNext(call, REVOKED);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(make(application, call))
				.matches(AirlockGatewayException::isPairingRevoked);
			assertThat(application.bean(PairingSource.class).findProblem((name) -> true)).isNull();
			this.simulator.approve(requestId);
			assertThat(result).succeedsWithin(Duration.ofSeconds(10));
		}
	}

	/**
	 * It may be one of a pairing that this application has no more.
	 */
	@ParameterizedTest
	@EnumSource(names = { "EXCHANGE_STATUS", "WITHDRAW", "ACKNOWLEDGE" })
	void revocationReportedForUnknownExchangeIsIgnored(SimulatorCall call) throws Exception {
		try (PairableApplication application = startPaired()) {
			this.simulator.failNext(call, REVOKED);
			assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(make(application, call))
				.matches(AirlockGatewayException::isPairingRevoked);
			assertThat(application.bean(PairingSource.class).findProblem((name) -> true)).isNull();
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	private static ThrowingCallable make(PairableApplication application, SimulatorCall call) {
		AirlockGatewayOperations gateway = application.bean(AirlockGatewayOperations.class);
		return switch (call) {
			case HEARTBEAT -> () -> gateway.sendHeartbeat(new Heartbeat("shop", null, null));
			case DND_POLICIES -> () -> gateway.getEffectivePolicies("shop", "default", null);
			case EXCHANGE_STATUS -> () -> gateway.getExchange("req-other");
			case WITHDRAW -> () -> gateway.withdraw("req-other");
			case ACKNOWLEDGE -> () -> gateway.acknowledge("req-other", "msg-other");
			default -> throw new IllegalArgumentException(call.name());
		};
	}

	@Test
	void endsAllThatWaitAndNoOtherPairings() throws Exception {
		try (PairableApplication application = startPaired(
				"airlock.gateway.pairings.finance.code=" + this.simulator.preGeneratePairingCode())) {
			await().until(() -> application.manager().getStatus("finance").state() == State.PAIRED);
			CompletableFuture<String> opened = CompletableFuture.supplyAsync(application.vault()::open);
			PendingRequest pending = this.simulator.awaitPending();
			CompletableFuture<String> paid = CompletableFuture.supplyAsync(application.vault()::pay);
			await().until(() -> this.simulator.pending().size() == 2);
			// Nobody knows which of the two is meant
			this.simulator.failNext(SimulatorCall.HEARTBEAT, REVOKED);
			assertThatExceptionOfType(AirlockGatewayException.class)
				.isThrownBy(make(application, SimulatorCall.HEARTBEAT));
			assertThat(application.bean(PendingApprovals.class).list()).hasSize(2);
			this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, REVOKED);
			assertUnavailable(application.vault()::pay);
			assertRevoked(paid);
			this.simulator.approve(pending.requestId());
			assertThat(opened.get(10, TimeUnit.SECONDS)).isEqualTo("open");
			assertThat(application.bean(PairingSource.class).findProblem((name) -> true))
				.contains("'finance' was revoked");
		}
	}

	@Test
	void decisionThatIsVerifiedAlreadyStands() throws Exception {
		try (PairableApplication application = startPaired()) {
			this.simulator.failNext(SimulatorCall.ACKNOWLEDGE, REVOKED);
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void newPairingHealsWithoutRestart() throws Exception {
		try (PairableApplication application = startPaired()) {
			this.simulator.revokePairing(routingToken());
			assertUnavailable(application.vault()::open);
			this.simulator.enterPairingCode(application.manager().initiate(Pairing.DEFAULT_NAME).code());
			application.awaitPaired();
			assertThat(application.bean(PairingSource.class).findProblem((name) -> true)).isNull();
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	@Test
	void falseRevocationAppliesToAllInstancesUntilPairedAgain() throws Exception {
		try (PairableApplication application = startPaired();
				PairableApplication other = PairableApplication.start(this.simulator, this.store)) {
			this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT, REVOKED);
			assertUnavailable(application.vault()::open);
			// A later success would not take it back
			assertUnavailable(other.vault()::open, "according to the gateway");
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(1);
			this.simulator.enterPairingCode(other.manager().initiate(Pairing.DEFAULT_NAME).code());
			application.awaitPaired();
			application.assertOpensWhenApproved(this.simulator);
		}
	}

	/**
	 * The phone keeps its key. The instance that waits has not revoked the pairing
	 * itself.
	 */
	@Test
	void decisionOnARequestOfARevokedPairingIsRefusedAlsoAfterAnotherPairingOfThePhone() throws Exception {
		try (PairableApplication application = startPaired();
				PairableApplication waiting = PairableApplication.start(this.simulator, this.store)) {
			List<String> before = fingerprints(application);
			CompletableFuture<String> result = CompletableFuture.supplyAsync(waiting.vault()::open);
			String requestId = this.simulator.awaitPending().requestId();
			this.simulator.failNext(SimulatorCall.PAIRING_REVOKE, SimulatedFault.status(500));
			application.manager().revoke(Pairing.DEFAULT_NAME);
			this.simulator.enterPairingCode(application.manager().initiate(Pairing.DEFAULT_NAME).code());
			application.awaitPaired();
			assertThat(fingerprints(application)).isEqualTo(before);
			this.simulator.approve(requestId);
			assertThat(result).failsWithin(10, TimeUnit.SECONDS)
				.withThrowableThat()
				.withCauseInstanceOf(ApprovalUnavailableException.class);
			waiting.assertOpensWhenApproved(this.simulator);
		}
	}

	private static List<String> fingerprints(PairableApplication application) {
		return application.status().keys().stream().map(PairingInfo.Key::fingerprint).toList();
	}

	@Test
	void pairingFromPropertiesIsOutOfForceUntilARestart() throws Exception {
		try (PairableApplication application = PairableApplication.start(this.simulator, this.store,
				SimulatedApplications.properties(this.simulator))) {
			application.assertOpensWhenApproved(this.simulator);
			this.simulator.revokePairing(this.simulator.routingToken());
			assertUnavailable(application.vault()::open);
			assertUnavailable(application.vault()::open, "from the properties");
			assertThat(application.status().state()).isEqualTo(State.REVOKED);
			assertThatExceptionOfType(PairingException.class)
				.isThrownBy(() -> application.manager().initiate(Pairing.DEFAULT_NAME))
				.withMessageContaining("remove those");
		}
	}

	private static void assertRevoked(CompletableFuture<String> result) {
		assertThat(result).failsWithin(10, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(ApprovalUnavailableException.class)
			.havingCause()
			.withMessageContaining("pairing was revoked");
	}

	private void assertOutOfForce(PairableApplication application) {
		assertThat(application.status().state()).isEqualTo(State.REVOKED);
		assertThat(application.bean(PairingSource.class).findProblem((name) -> true))
			.contains("was revoked according to the gateway");
		assertThat(application.events()).extracting(PairingChangedEvent::change)
			.containsExactly(Change.PAIRED, Change.REVOKED);
		assertThat(application.events().get(1).fingerprints())
			.isEqualTo(List.of(this.simulator.signerKey().fingerprint()));
		// Not erased
		assertThat(routingToken()).isNotEmpty();
	}

	private String routingToken() {
		return HarpJson.mapper()
			.readTree(this.store.read("pairing.default").text())
			.at("/active/routingToken")
			.stringValue();
	}

}
