/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.harp.DecisionVerificationException;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.harp.VerifiedDecision;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.TestEnforcer.Response;
import io.airlockapp.gateway.simulator.http.HttpIo;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the exchanges of {@link AirlockSimulator}.
 */
class ExchangeTests {

	private final MutableClock clock = new MutableClock();

	@AutoClose
	private final AirlockSimulator simulator = AirlockSimulator.builder().clock(this.clock).start();

	private final TestEnforcer enforcer = new TestEnforcer(this.simulator);

	@Test
	void acceptsAnArtifactAndShowsItsPlaintextToTheApprover() {
		ObjectNode plaintext = TestEnforcer.plaintext();
		String requestId = this.enforcer.newRequestId();
		Instant expiresAt = this.clock.instant().plusSeconds(60);
		Response response = this.enforcer.post("/v1/artifacts",
				this.enforcer.submission(requestId, plaintext, expiresAt));
		assertThat(response.status()).isEqualTo(202);
		assertThat(response.header("Content-Type")).isEqualTo("application/json");
		assertThat(response.text("/msgType")).isEqualTo("artifact.accepted");
		assertThat(response.text("/requestId")).isEqualTo(requestId);
		assertThat(response.json().propertyNames()).containsExactlyInAnyOrder("msgId", "msgType", "requestId",
				"createdAt", "sender", "body");
		PendingRequest pending = this.simulator.awaitPending();
		assertThat(this.simulator.pending()).containsExactly(pending);
		assertThat(pending.requestId()).isEqualTo(requestId);
		assertThat(pending.plaintext()).isEqualTo(plaintext);
		assertThat(pending.problem()).isNull();
		assertThat(pending.label()).isEqualTo("Refund");
		assertThat(pending.workspaceName()).isEqualTo("payments");
		assertThat(pending.repoName()).isEqualTo("refund-desk");
		assertThat(pending.artifactType()).isEqualTo("command.review");
		assertThat(pending.enforcerId()).isEqualTo("refund-desk-1");
		assertThat(pending.commandText()).isEqualTo("RefundService.refund(order=4711, amount=25.00)");
		assertThat(pending.description()).isEqualTo("Refund 25.00 EUR for order 4711");
		assertThat(pending.arguments()).containsOnlyKeys("order", "amount");
		assertThat(pending.createdAt()).isEqualTo(this.clock.instant());
		assertThat(pending.expiresAt()).isEqualTo(expiresAt);
	}

	@Test
	void stripsTheRoutingTokenFromWhatTheApproverSees() {
		this.enforcer.submit(TestEnforcer.plaintext());
		assertThat(this.simulator.awaitPending().metadata()).containsOnlyKeys("requestLabel", "workspaceName",
				"repoName");
	}

	@ParameterizedTest
	@EnumSource(SignatureForm.class)
	void signsDecisionsInEveryForm(SignatureForm form) throws Exception {
		this.simulator.signatureForm(form);
		String approved = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.approve(approved, "Fine \u00fc");
		VerifiedDecision decision = this.enforcer.verify(this.enforcer.await(approved, 1).json(), approved, form);
		assertThat(decision.verdict()).isEqualTo(Verdict.APPROVE);
		assertThat(decision.reason()).isEqualTo("Fine \u00fc");
		assertThat(decision.form()).isEqualTo(form);
		String rejected = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.reject(rejected);
		decision = this.enforcer.verify(this.enforcer.await(rejected, 1).json(), rejected, form);
		assertThat(decision.verdict()).isEqualTo(Verdict.REJECT);
		assertThat(decision.reason()).isNull();
	}

	@Test
	void deliversADecisionInItsEnvelope() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.approve(requestId);
		Response response = this.enforcer.await(requestId, 1);
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text("/msgType")).isEqualTo("decision.deliver");
		assertThat(response.json().propertyNames()).containsExactlyInAnyOrder("msgId", "msgType", "requestId",
				"createdAt", "expiresAt", "sender", "recipient", "body");
		assertThat(response.json().path("body").propertyNames()).containsExactlyInAnyOrder("artifactHash", "decision",
				"nonce", "signerKeyId", "signature");
		assertThat(this.enforcer.await(requestId, 1).json()).isEqualTo(response.json());
	}

	@Test
	void wakesAWaitingCallAtOnce() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		CompletableFuture<Response> waiting = this.enforcer.awaitAsync(requestId, 60);
		this.simulator.approve(requestId);
		assertThat(waiting).succeedsWithin(30, TimeUnit.SECONDS).extracting(Response::status).isEqualTo(200);
	}

	@Test
	@Tag("slow")
	void wakesManyHundredsOfWaitingCalls() {
		List<String> ids = new ArrayList<>();
		List<CompletableFuture<Response>> waiting = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			ids.add(this.enforcer.submit(TestEnforcer.plaintext()));
			waiting.add(this.enforcer.awaitAsync(ids.get(i), 60));
		}
		assertThat(this.enforcer.get("/echo").status()).isEqualTo(200);
		ids.forEach(this.simulator::approve);
		assertThat(waiting).allSatisfy((call) -> assertThat(call).succeedsWithin(30, TimeUnit.SECONDS)
			.extracting(Response::status)
			.isEqualTo(200));
	}

	@Test
	void waitWhenUndecidedAtTimeoutRespondsNoContent() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		Response response = this.enforcer.await(requestId, 1);
		assertThat(response.status()).isEqualTo(204);
		assertThat(response.body()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "61", "-1", "1.5", "x", "" })
	void refusesATimeoutThatIsNotFromOneToSixtySeconds(String timeout) {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		Response response = this.enforcer.get("/v1/exchanges/" + requestId + "/wait?timeout=" + timeout);
		assertRefused(response, 400, "bad_request");
		assertThat(response.text("/body/requestId")).isEqualTo(requestId);
	}

	@Test
	void acceptsTheSameArtifactAgain() {
		ObjectNode submission = submission();
		assertThat(this.enforcer.post("/v1/artifacts", submission).status()).isEqualTo(202);
		assertThat(this.enforcer.post("/v1/artifacts", submission).status()).isEqualTo(202);
		assertThat(this.simulator.pending()).hasSize(1);
	}

	@Test
	void refusesAnotherArtifactWithTheSameRequestId() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		Response response = this.enforcer.post("/v1/artifacts", this.enforcer.submission(requestId,
				TestEnforcer.plaintext().put("more", true), this.clock.instant().plusSeconds(60)));
		assertRefused(response, 409, "AlreadyExistsConflict");
		assertThat(response.text("/msgType")).isEqualTo("error");
		assertThat(response.text("/body/requestId")).isEqualTo(requestId);
	}

	@Test
	void refusesAnUnknownRoutingToken() {
		ObjectNode submission = this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(),
				this.clock.instant().plusSeconds(60), EncryptionKey.of(new byte[32]), "rt_unknown");
		Response response = this.enforcer.post("/v1/artifacts", submission);
		assertRefused(response, 422, "no_approver");
	}

	@Test
	void refusesARevokedPairing() {
		this.simulator.revokePairing(this.simulator.routingToken());
		Response response = this.enforcer.post("/v1/artifacts", submission());
		assertRefused(response, 403, "pairing_revoked");
	}

	@Test
	void refusesAnArtifactThatIsAlreadyExpired() {
		Response response = this.enforcer.post("/v1/artifacts",
				this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(), this.clock.instant()));
		assertThat(response.status()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/msgType", "/requestId", "/msgId", "/createdAt", "/sender", "/sender/enforcerId", "/body",
			"/body/artifactType", "/body/artifactHash", "/body/ciphertext", "/body/ciphertext/alg",
			"/body/ciphertext/data", "/body/ciphertext/nonce", "/body/ciphertext/tag", "/body/expiresAt",
			"/body/metadata" })
	void refusesASubmissionWithoutANeededMember(String pointer) {
		ObjectNode submission = submission();
		int slash = pointer.lastIndexOf('/');
		((ObjectNode) submission.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
		Response response = this.enforcer.post("/v1/artifacts", submission);
		assertThat(response.status()).isEqualTo(400);
		assertThat(response.text("/body/message")).contains(pointer.substring(1).replace('/', '.'));
	}

	@Test
	void refusesMembersThatTheEnvelopeDoesNotHaveAndRequiredOnesThatAreNull() {
		assertThat(this.enforcer.post("/v1/artifacts", submission().put("approved", true)).status()).isEqualTo(400);
		Response response = this.enforcer.post("/v1/artifacts", submission().putNull("requestId"));
		assertThat(response.status()).isEqualTo(400);
		assertThat(response.body()).contains("requestId");
		// An optional one is absent
		assertThat(this.enforcer.post("/v1/artifacts", submission().putNull("trace")).status()).isEqualTo(202);
	}

	@Test
	void refusesWhatIsNotJson() {
		assertThat(this.enforcer.post("/v1/artifacts", "{").status()).isEqualTo(400);
		assertThat(this.enforcer.post("/v1/artifacts", "[]").status()).isEqualTo(400);
	}

	@Test
	void refusesLargeBodies() {
		Response response = this.enforcer.post("/v1/artifacts", " ".repeat(HttpIo.MAX_BODY + 1));
		assertThat(response.status()).isEqualTo(413);
	}

	@Test
	void statusShowsStateUntilDecisionIsDelivered() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		JsonNode body = this.enforcer.status(requestId).json().path("body");
		assertThat(this.enforcer.status(requestId).text("/msgType")).isEqualTo("exchange.status");
		assertThat(body.path("state").stringValue()).isEqualTo("pendingApproval");
		assertThat(body.propertyNames()).containsExactlyInAnyOrder("requestId", "state", "createdAt", "expiresAt",
				"artifactHash");
		this.simulator.approve(requestId);
		body = this.enforcer.status(requestId).json().path("body");
		JsonNode envelope = this.enforcer.await(requestId, 1).json();
		assertThat(body.path("state").stringValue()).isEqualTo("decided");
		assertThat(body.has("decision")).isFalse();
		Response response = this.enforcer.post("/v1/acks",
				this.enforcer.acknowledgement(requestId, envelope.path("msgId").stringValue()));
		assertThat(response.status()).isEqualTo(200);
		assertState(requestId, "delivered");
		assertThat(this.enforcer.await(requestId, 1).json()).isEqualTo(envelope);
	}

	@Test
	void statusShowsDecisionAndPascalCaseStatesWhenConfigured() {
		try (AirlockSimulator other = AirlockSimulator.builder()
			.decisionInStatus(true)
			.pascalCaseStates(true)
			.start()) {
			TestEnforcer otherEnforcer = new TestEnforcer(other);
			String requestId = otherEnforcer.submit(TestEnforcer.plaintext());
			assertThat(otherEnforcer.status(requestId).text("/body/state")).isEqualTo("PendingApproval");
			other.approve(requestId);
			JsonNode body = otherEnforcer.status(requestId).json().path("body");
			assertThat(body.path("state").stringValue()).isEqualTo("Decided");
			assertThat(body.path("decision")).isEqualTo(otherEnforcer.await(requestId, 1).json().path("body"));
		}
	}

	@Test
	void takesAnAcknowledgementOfAnEmptySender() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.approve(requestId);
		String msgId = this.enforcer.await(requestId, 1).text("/msgId");
		ObjectNode acknowledgement = this.enforcer.acknowledgement(requestId, msgId);
		acknowledgement.putObject("sender");
		assertThat(this.enforcer.post("/v1/acks", acknowledgement).status()).isEqualTo(200);
	}

	@Test
	void refusesToAcknowledgeAMessageThatWasNotDelivered() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		assertThat(this.enforcer.post("/v1/acks", this.enforcer.acknowledgement(requestId, "msg-1")).status())
			.isEqualTo(404);
	}

	@Test
	void withdrawsAnExchange() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		CompletableFuture<Response> waiting = this.enforcer.awaitAsync(requestId, 60);
		Response response = this.enforcer.withdraw(requestId);
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text("/msgType")).isEqualTo("exchange.withdrawn");
		assertThat(waiting).succeedsWithin(30, TimeUnit.SECONDS).extracting(Response::status).isEqualTo(404);
		assertState(requestId, "withdrawn");
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.WITHDRAWN);
		assertThatIllegalStateException().isThrownBy(() -> this.simulator.approve(requestId));
	}

	@Test
	void withdrawalWhenDecidedIsRefused() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.reject(requestId, "No");
		Response response = this.enforcer.withdraw(requestId);
		assertRefused(response, 409, "AlreadyDecidedConflict");
		assertThat(this.enforcer.await(requestId, 1).text("/body/decision")).isEqualTo("reject");
	}

	@Test
	void unknownExchangeIsNotFound() {
		assertThat(this.enforcer.status("req-x").status()).isEqualTo(404);
		assertThat(this.enforcer.await("req-x", 1).status()).isEqualTo(404);
		assertThat(this.enforcer.withdraw("req-x").status()).isEqualTo(404);
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.approve("req-x"));
	}

	@Test
	void undecidedRequestExpires() {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		CompletableFuture<Response> waiting = this.enforcer.awaitAsync(requestId, 60);
		this.clock.advanceSeconds(3600);
		assertThat(waiting).succeedsWithin(30, TimeUnit.SECONDS).extracting(Response::status).isEqualTo(404);
		assertState(requestId, "expired");
		assertThat(this.enforcer.withdraw(requestId).status()).isEqualTo(409);
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.EXPIRED);
		assertThatIllegalStateException().isThrownBy(() -> this.simulator.approve(requestId));
	}

	@Test
	void decodesPathVariables() {
		String requestId = "req-a/b c+d%";
		this.enforcer.post("/v1/artifacts",
				this.enforcer.submission(requestId, TestEnforcer.plaintext(), this.clock.instant().plusSeconds(60)));
		assertThat(this.enforcer.status(requestId).text("/requestId")).isEqualTo(requestId);
	}

	@Test
	void requestThatCannotBeDecryptedCanOnlyBeRejected() {
		ObjectNode submission = this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(),
				this.clock.instant().plusSeconds(60), EncryptionKey.of(new byte[32]), this.simulator.routingToken());
		assertThat(this.enforcer.post("/v1/artifacts", submission).status()).isEqualTo(202);
		PendingRequest pending = this.simulator.awaitPending();
		assertThat(pending.problem()).contains("not made with this key");
		assertThat(pending.plaintext().isMissingNode()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> this.simulator.approve(pending.requestId()))
			.withMessageContaining("not made with this key");
		this.simulator.reject(pending.requestId());
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.REJECTED);
	}

	@Test
	void wrongHashOfPlaintextIsDetected() {
		ObjectNode submission = submission();
		((ObjectNode) submission.get("body")).put("artifactHash", "0".repeat(64));
		this.enforcer.post("/v1/artifacts", submission);
		assertThat(this.simulator.awaitPending().problem()).contains("hash");
	}

	@Test
	void functionDecidesAutomatically() {
		this.simulator.decideAutomatically(
				(request) -> "leave".equals(request.description()) ? null : SimulatedDecision.approve("Automatically"));
		String left = this.enforcer.submit(TestEnforcer.plaintext().put("description", "leave"));
		String decided = this.enforcer.submit(TestEnforcer.plaintext());
		assertThat(this.enforcer.await(decided, 30).text("/body/reason")).isEqualTo("Automatically");
		assertThat(this.simulator.pending()).extracting(PendingRequest::requestId).containsExactly(left);
		this.simulator.decideAutomatically((request) -> SimulatedDecision.reject());
		assertThat(this.enforcer.await(left, 30).text("/body/decision")).isEqualTo("reject");
	}

	@Test
	void auditEntryIsNotPending() {
		ObjectNode submission = submission();
		((ObjectNode) submission.at("/body/metadata")).put("dndAudit", "true").put("dndDecision", "deny");
		assertThat(this.enforcer.post("/v1/artifacts", submission).status()).isEqualTo(202);
		assertThat(this.simulator.pending()).isEmpty();
		this.clock.advanceSeconds(61);
		assertThat(this.simulator.history()).extracting(HandledRequest::outcome).containsExactly(Outcome.AUDITED);
	}

	@Test
	void tampersWithSignedDecisions() throws Exception {
		String requestId = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.reject(requestId);
		this.simulator.tamperDecisions((envelope) -> {
			((ObjectNode) envelope.get("body")).put("decision", "approve");
			return envelope;
		});
		JsonNode envelope = this.enforcer.await(requestId, 1).json();
		assertThat(envelope.path("body").path("decision").stringValue()).isEqualTo("approve");
		assertThatExceptionOfType(DecisionVerificationException.class)
			.isThrownBy(() -> this.enforcer.verify(envelope, requestId, SignatureForm.TEXT));
		this.simulator.reset();
		assertThat(this.simulator.history()).isEmpty();
	}

	@Test
	void exchangeBeforeResetKeepsItsEndForEnforcer() throws Exception {
		String decided = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.reject(decided);
		String undecided = this.enforcer.submit(TestEnforcer.plaintext());
		this.simulator.reset();
		assertThat(this.simulator.pending()).isEmpty();
		assertThat(this.simulator.history()).isEmpty();
		assertThat(this.enforcer.await(decided, 1).text("/body/decision")).isEqualTo("reject");
		assertThat(this.enforcer.get("/v1/exchanges/" + undecided).text("/body/state")).isEqualTo("cancelled");
		this.simulator.reset();
		assertThat(this.enforcer.get("/v1/exchanges/" + decided).status()).isEqualTo(404);
	}

	@Test
	void awaitPendingWhenNoRequestArrivesReportsOtherCalls() {
		this.enforcer.get("/v1/consents/check");
		assertThatIllegalStateException().isThrownBy(() -> this.simulator.awaitPending(Duration.ofMillis(1)))
			.withMessageContainingAll("0 of 1 requests", "look at its future", "GET /v1/consents/check -> 200");
	}

	/**
	 * Return a submission that is in order.
	 */
	private ObjectNode submission() {
		return this.enforcer.submission(this.enforcer.newRequestId(), TestEnforcer.plaintext(),
				this.clock.instant().plusSeconds(60));
	}

	private void assertState(String requestId, String state) {
		assertThat(this.enforcer.status(requestId).text("/body/state")).isEqualTo(state);
	}

	private static void assertRefused(Response response, int status, String code) {
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.text("/body/code")).isEqualTo(code);
	}

}
