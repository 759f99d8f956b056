/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.DecisionVerificationException.Failure;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.PairingKeyAgreement;
import io.airlockapp.gateway.harp.PairingResponse;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for several {@link SimulatedApprover}s of one {@link AirlockSimulator}.
 */
class SeveralApproversTests {

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.start();

	private final SimulatedApprover ann = this.simulator.addApprover("ann");

	private final SimulatedApprover ben = this.simulator.addApprover("ben");

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	@Test
	void eachHasAPairingAndAKeyOfItsOwn() {
		Map<String, String> properties = this.simulator.properties();
		assertThat(properties).containsEntry("airlock.gateway.pairings.ann.routing-token", this.ann.routingToken())
			.containsEntry("airlock.gateway.pairings.ann.encryption-key", this.ann.encryptionKey().encode())
			.containsEntry("airlock.gateway.pairings.ann.signer-keys." + this.ann.signerKey().id(),
					this.ann.signerKey().encode())
			.containsEntry("airlock.gateway.pairing.routing-token", this.simulator.routingToken())
			.doesNotContainKey("airlock.gateway.pairings.default.routing-token");
		assertThat(properties.values()).doesNotHaveDuplicates();
		this.simulator.reset();
		assertThat(this.simulator.properties()).isEqualTo(properties);
	}

	@Test
	void approverIsFoundByItsNameOnly() {
		assertThat(this.simulator.approver("ann")).isSameAs(this.ann).isSameAs(this.simulator.addApprover("ann"));
		assertThat(this.simulator.approver("default")).isSameAs(this.simulator.approver());
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.approver("bem"))
			.withMessageContainingAll("'bem'", "[default, ann, ben]");
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.addApprover("Ann"));
	}

	@Test
	void eachReceivesItsOwnRequests() {
		String forAnn = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		String forBen = this.enforcer.submit(TestEnforcer.plaintext(), this.ben);
		assertThat(this.ann.awaitRequest().requestId()).isEqualTo(forAnn);
		assertThat(this.ann.pending()).extracting(PendingRequest::requestId).containsExactly(forAnn);
		assertThat(this.ben.asked()).extracting(PendingRequest::requestId).containsExactly(forBen);
		assertThat(this.simulator.approver().asked()).isEmpty();
		assertThat(this.simulator.pending()).extracting(PendingRequest::approver).containsExactly("ann", "ben");
		this.ben.reject(this.ben.awaitRequest(), "No");
		assertThat(this.ben.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.REJECTED);
		assertThat(this.ann.history()).isEmpty();
	}

	@Test
	void missingRequestSaysWhoReceivedOthers() {
		this.enforcer.submit(TestEnforcer.plaintext(), this.ben);
		assertThatIllegalStateException()
			.isThrownBy(
					() -> this.simulator.awaitPending(1, Duration.ZERO, (request) -> request.approver().equals("ann")))
			.withMessageContainingAll("0 of 1 requests", "other approvers: [ben]");
	}

	@Test
	void undecidedRequestNamesItsApprover() {
		this.simulator.patience(Duration.ZERO);
		this.enforcer.await(this.enforcer.submit(TestEnforcer.plaintext(), this.ben), 20);
		assertThat(this.ben.history()).singleElement()
			.extracting(HandledRequest::reason)
			.asString()
			.startsWith("The approver 'ben' did not decide within 0 ms");
	}

	@Test
	void eachSignsWithItsOwnKey() throws Exception {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		this.ann.decide(this.ann.awaitRequest(), SimulatedDecision.approve("Fine"));
		JsonNode decision = this.enforcer.await(requestId, 1).json();
		assertThat(verify(decision, requestId, this.ann.signerKey())).isEqualTo(Verdict.APPROVE);
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> verify(decision, requestId, this.ben.signerKey()));
	}

	@Test
	void nobodyDecidesTheRequestOfAnother() {
		this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		PendingRequest request = this.ann.awaitRequest();
		assertThatIllegalArgumentException().isThrownBy(() -> this.ben.approve(request))
			.withMessageContainingAll("'ann'", "'ben'");
		assertThat(this.ann.pending()).hasSize(1);
	}

	@Test
	void eachDecidesAutomaticallyOnItsOwn() {
		this.simulator.decideAutomatically((request) -> SimulatedDecision.approve());
		this.ann.decideByHand();
		this.ben.rejectAll("Not today");
		String forAnn = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		String forBen = this.enforcer.submit(TestEnforcer.plaintext(), this.ben);
		String forDefault = this.enforcer.submit(TestEnforcer.plaintext());
		assertThat(decision(forBen)).isEqualTo("reject");
		assertThat(decision(forDefault)).isEqualTo("approve");
		assertThat(this.ann.pending()).hasSize(1);
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject());
		assertThat(decision(forAnn)).isEqualTo("reject");
	}

	@Test
	void approversOnOnePhoneShareItsKey() {
		SimulatedApprover tablet = this.simulator.addApprover("tablet", this.ann);
		assertThat(tablet.signerKey()).isEqualTo(this.ann.signerKey());
		assertThat(tablet.routingToken()).isNotEqualTo(this.ann.routingToken());
		this.enforcer.submit(TestEnforcer.plaintext(), tablet);
		assertThat(tablet.pending()).hasSize(1);
		assertThat(this.ann.pending()).isEmpty();
		SignerKey renewed = tablet.renewSignerKey();
		assertThat(this.ann.signerKey()).isEqualTo(renewed).isNotEqualTo(this.ben.signerKey());
	}

	@Test
	void gatewayDeliversADecisionThatAnotherSigned() throws Exception {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		this.simulator.forgeDecision(requestId, this.ben, SimulatedDecision.approve());
		JsonNode decision = this.enforcer.await(requestId, 1).json();
		assertThat(verify(decision, requestId, this.ben.signerKey())).isEqualTo(Verdict.APPROVE);
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> verify(decision, requestId, this.ann.signerKey()))
			.satisfies((ex) -> assertThat(ex.getFailure()).isEqualTo(Failure.UNKNOWN_KEY));
		assertThatIllegalStateException()
			.isThrownBy(() -> this.simulator.forgeDecision(requestId, this.ben, SimulatedDecision.reject()));
	}

	@Test
	void gatewayCarriesADecisionToAnotherRequest() {
		String forAnn = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		String forBen = this.enforcer.submit(TestEnforcer.plaintext(), this.ben);
		assertThatIllegalStateException().isThrownBy(() -> this.simulator.carryDecision(forAnn, forBen));
		this.ann.approve(this.ann.awaitRequest());
		this.simulator.carryDecision(forAnn, forBen);
		JsonNode carried = this.enforcer.await(forBen, 1).json();
		assertThat(carried.path("requestId").stringValue()).isEqualTo(forBen);
		assertThat(carried.path("body")).isEqualTo(this.enforcer.await(forAnn, 1).json().path("body"));
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> verify(carried, forBen, this.ann.signerKey()));
		assertThat(this.ben.history()).isEmpty();
	}

	@Test
	void gatewayFailsForOneApprover() {
		String forAnn = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		String forBen = this.enforcer.submit(TestEnforcer.plaintext(), this.ben);
		this.simulator.failNext(SimulatorCall.EXCHANGE_STATUS, 500);
		this.ben.failNext(SimulatorCall.EXCHANGE_STATUS, SimulatedFault.status(503));
		assertThat(this.enforcer.status(forBen).status()).isEqualTo(503);
		assertThat(this.enforcer.status(forAnn).status()).isEqualTo(500);
		assertThat(this.enforcer.status(forBen).status()).isEqualTo(200);
		this.ben.failNext(SimulatorCall.SUBMIT_ARTIFACT, SimulatedFault.status(422).withCode("no_approver"));
		this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		assertThatIllegalStateException().isThrownBy(() -> this.enforcer.submit(TestEnforcer.plaintext(), this.ben))
			.withMessageContainingAll("422", "no_approver");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.ben.failNext(SimulatorCall.HEARTBEAT, SimulatedFault.status(500)));
	}

	@Test
	void decisionComesBeforeTheWithdrawal() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		PendingRequest request = this.ann.awaitRequest();
		this.ann.failNext(SimulatorCall.WITHDRAW, SimulatedFault.runBeforeHandling(() -> this.ann.approve(request)));
		assertThat(this.enforcer.withdraw(requestId).status()).isEqualTo(409);
		assertThat(decision(requestId)).isEqualTo("approve");
	}

	@Test
	void oneRevokesItsPairing() {
		this.ben.revokePairing();
		assertThatIllegalStateException().isThrownBy(() -> this.enforcer.submit(TestEnforcer.plaintext(), this.ben))
			.withMessageContainingAll("403", "pairing_revoked");
		this.enforcer.submit(TestEnforcer.plaintext(), this.ann);
		this.simulator.reset();
		this.enforcer.submit(TestEnforcer.plaintext(), this.ben);
	}

	@Test
	void pairingBelongsToWhoEnteredItsCode() {
		PairingKeyAgreement agreement = PairingKeyAgreement.generate();
		ObjectNode request = HarpJson.mapper()
			.createObjectNode()
			.put("deviceId", "device-1")
			.put("enforcerId", "refund-desk-1")
			.put("enforcerLabel", "Refund desk")
			.put("workspaceName", "payments")
			.put("x25519PublicKey", agreement.publicKey());
		JsonNode initiated = this.enforcer.post("/v1/pairing/initiate", request).json();
		this.ann.enterPairingCode(initiated.path("pairingCode").stringValue());
		assertReceives(this.ann, initiated.path("pairingNonce").stringValue(), agreement);
		request.put("pairingCode", this.ben.preGeneratePairingCode());
		JsonNode claimed = this.enforcer.post("/v1/pairing/claim", request).json();
		assertReceives(this.ben, claimed.path("pairingNonce").stringValue(), agreement);
	}

	private void assertReceives(SimulatedApprover approver, String nonce, PairingKeyAgreement agreement) {
		JsonNode status = this.enforcer.get("/v1/pairing/" + nonce + "/status").json();
		PairingResponse response = PairingResponse.verify(status.path("responseJson").stringValue(), nonce);
		assertThat(response.signerKey()).isEqualTo(approver.signerKey());
		ObjectNode submission = this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(),
				Instant.now().plusSeconds(60), agreement.deriveEncryptionKey(response.x25519PublicKey()),
				status.path("routingToken").stringValue());
		assertThat(this.enforcer.post("/v1/artifacts", submission).status()).isEqualTo(202);
		assertThat(approver.awaitRequest().problem()).isNull();
	}

	private Verdict verify(JsonNode decision, String requestId, SignerKey key) throws DecisionVerificationException {
		return this.enforcer.verify(decision, requestId, SignatureForm.TEXT, key).verdict();
	}

	private String decision(String requestId) {
		return this.enforcer.await(requestId, 20).text("/body/decision");
	}

}
