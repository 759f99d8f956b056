/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalVerificationException;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Decisions that are not what the approver signed, or not for this request.
 */
class DecisionFaultTests extends FaultTests {

	/**
	 * The order of the group, which S must be below.
	 */
	private static final BigInteger L = BigInteger.TWO.pow(252)
		.add(new BigInteger("27742317777372353535851937790883648493"));

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "Approve", "APPROVE", "approved", "approve ", "allow", "true", "yes" })
	void row22_deniesAnUnknownOrMissingDecision(String decision) {
		assertRefused((envelope) -> {
			if (decision == null) {
				body(envelope).remove("decision");
			}
			else {
				body(envelope).put("decision", decision);
			}
		});
	}

	@Test
	void row22_deniesAnUnknownDecisionEvenIfItIsSigned() {
		ApproverKey signer = ApproverKey.generate("second-phone");
		start(signer.property());
		this.simulator.tamperDecisions((envelope) -> signer.decide(envelope, "allow"));
		approveAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalVerificationException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "approve", "1", "" })
	void row22_deniesADecisionThatIsNoText(String value) {
		assertRefused((envelope) -> body(envelope).set("decision", JsonNodeFactory.instance.arrayNode().add(value)));
	}

	@Test
	void row23_rejectsADecisionOnAnotherRequest() {
		assertRefused((envelope) -> envelope.put("requestId", "req-6f9619ff-8b86-4011-b42d-00c04fc964ff"));
	}

	@Test
	void row23_rejectsADecisionWithoutRequest() {
		assertRefused((envelope) -> envelope.remove("requestId"));
	}

	@Test
	void row24_rejectsADecisionOnAnotherHash() {
		assertRefused((envelope) -> body(envelope).put("artifactHash", "0".repeat(64)));
	}

	@Test
	void row24_rejectsADecisionOnNoHash() {
		assertRefused((envelope) -> body(envelope).remove("artifactHash"));
	}

	@Test
	void row25_rejectsARejectTurnedIntoAnApprove() {
		start();
		rejectAll();
		this.simulator.tamperDecisions((envelope) -> {
			body(envelope).put("decision", "approve");
			return envelope;
		});
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalVerificationException.class);
	}

	@Test
	void row25_rejectsAnUnknownKey() {
		ApproverKey stranger = ApproverKey.generate("second-phone");
		assertRefused((envelope) -> stranger.decide(envelope, "approve"));
	}

	@Test
	void row25_rejectsAnUnknownKeyUnderAPairedName() {
		ApproverKey stranger = ApproverKey.generate("second-phone");
		assertRefused((envelope) -> {
			String id = body(envelope).path("signerKeyId").stringValue();
			body(stranger.decide(envelope, "approve")).put("signerKeyId", id);
		});
	}

	@Test
	void row25_rejectsTheKeyOfANewPhoneThatIsNotPaired() {
		start();
		this.simulator.renewSignerKey();
		approveAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalVerificationException.class);
	}

	@Test
	void row25_rejectsAMissingSignature() {
		assertRefused((envelope) -> body(envelope).remove("signature"));
	}

	@Test
	void row26_rejectsASixtyFiveByteSignature() {
		assertRefused((envelope) -> tamperSignature(envelope, (signature) -> Arrays.copyOf(signature, 65)));
	}

	@Test
	void row26_rejectsSThatIsNotBelowTheOrder() {
		assertRefused((envelope) -> tamperSignature(envelope, (signature) -> {
			byte[] bigEndian = new byte[32];
			for (int i = 0; i < 32; i++) {
				bigEndian[i] = signature[63 - i];
			}
			byte[] malleated = new BigInteger(1, bigEndian).add(L).toByteArray();
			byte[] result = Arrays.copyOf(signature, 64);
			for (int i = 0; i < 32; i++) {
				int index = malleated.length - 1 - i;
				result[32 + i] = (index >= 0) ? malleated[index] : 0;
			}
			return result;
		}));
	}

	@Test
	void row26_rejectsTheSignatureOfALowOrderKey() {
		// The neutral element verifies S = 0 with R = A for any message
		byte[] neutral = new byte[32];
		neutral[0] = 1;
		byte[] signature = Arrays.copyOf(neutral, 64);
		assertThatException().isThrownBy(
				() -> start("airlock.gateway.pairing.signer-keys.low=" + Base64.getEncoder().encodeToString(neutral)))
			.havingRootCause()
			.withMessageContaining("order");
		start();
		this.simulator.tamperDecisions((envelope) -> {
			body(envelope).put("signerKeyId", "low")
				.put("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
			return envelope;
		});
		approveAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalVerificationException.class);
	}

	@Test
	void row27_usesAnApprovalOnce() {
		assertUsedOnce((envelope, first) -> first);
	}

	@Test
	void row27_relabelledApprovalIsUsedOnce() {
		assertUsedOnce((envelope, first) -> {
			first.put("requestId", envelope.path("requestId").stringValue());
			body(first).put("artifactHash", body(envelope).path("artifactHash").stringValue());
			return first;
		});
	}

	private void assertUsedOnce(BinaryOperator<ObjectNode> replaying) {
		start();
		AtomicReference<ObjectNode> first = new AtomicReference<>();
		this.simulator.tamperDecisions((envelope) -> first.compareAndSet(null, envelope.deepCopy()) ? envelope
				: replaying.apply(envelope, first.get().deepCopy()));
		approveAll();
		this.application.callAndAssertRun();
		assertThat(PayoutApplication.outcome(this.application.call()))
			.isInstanceOf(ApprovalVerificationException.class);
		assertThat(this.application.payouts().orders()).hasSize(1);
	}

	@Test
	void row28_deniesADecisionThatHasExpired() {
		assertRefused((envelope) -> envelope.put("expiresAt", "2020-01-01T00:00:00Z"));
	}

	/**
	 * The envelope is not signed, so that a malformed time must not cost an approval.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "\"2020-01-01T00:00:00\"", "\"never\"", "1577836800", "{}" })
	void row28_acceptsDecisionWhoseEnvelopeHasMalformedExpiry(String expiresAt) {
		start();
		this.simulator.tamperDecisions((envelope) -> envelope.set("expiresAt", HarpJson.mapper().readTree(expiresAt)));
		approveAll();
		this.application.callAndAssertRun();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void row29_letsTheFirstVerifiedDecisionWin(boolean approved) {
		ApproverKey signer = ApproverKey.generate("second-phone");
		start(signer.property());
		AtomicInteger deliveries = new AtomicInteger();
		this.simulator.tamperDecisions((envelope) -> ((deliveries.getAndIncrement() == 0) == approved) ? envelope
				: signer.decide(envelope, "reject"));
		approveAll();
		if (approved) {
			this.application.callAndAssertRun();
		}
		else {
			assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalDeniedException.class);
		}
		assertThat(deliveries).hasValue(1);
	}

	@Test
	void row29_decisionThatWasLostDoesNotCount() {
		ApproverKey signer = ApproverKey.generate("second-phone");
		start(signer.property());
		this.simulator.failNext(SimulatorCall.WAIT_FOR_DECISION, SimulatedFault.dropAfterHandling());
		AtomicInteger deliveries = new AtomicInteger();
		this.simulator.tamperDecisions(
				(envelope) -> (deliveries.getAndIncrement() == 0) ? envelope : signer.decide(envelope, "reject"));
		CompletableFuture<Void> call = this.application.call();
		approveNext();
		assertThat(this.application.assertDenied(call)).isInstanceOf(ApprovalDeniedException.class);
	}

	private void assertRefused(Consumer<ObjectNode> tampering) {
		start();
		this.simulator.tamperDecisions((envelope) -> {
			tampering.accept(envelope);
			return envelope;
		});
		approveAll();
		assertThat(this.application.callAndAssertDenied()).isInstanceOf(ApprovalVerificationException.class);
	}

	private static void tamperSignature(ObjectNode envelope, UnaryOperator<byte[]> tampering) {
		byte[] signature = Base64.getUrlDecoder().decode(body(envelope).path("signature").stringValue());
		body(envelope).put("signature",
				Base64.getUrlEncoder().withoutPadding().encodeToString(tampering.apply(signature)));
	}

	private static ObjectNode body(ObjectNode envelope) {
		return (ObjectNode) envelope.get("body");
	}

}
