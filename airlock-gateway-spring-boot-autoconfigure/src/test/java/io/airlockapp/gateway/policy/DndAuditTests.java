/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.harp.EncryptionKey;
import io.airlockapp.gateway.harp.SignerKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.ArgumentCaptor;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests for {@link DndAudit}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DndAuditTests {

	private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

	private static final Pairing PAIRING = new Pairing("routing-token", EncryptionKey.of(new byte[32]),
			List.of(SignerKey.of("key-1", "faNZHuVE0rWOA9nlwnRCUH9k8d7qZUUDzWNxa83lqRU=")));

	private static final ApprovalRequest REQUEST = ApprovalRequest.builder("Refund", "Refunds.refund(order=4711)")
		.build();

	private final AirlockGatewayOperations gateway = mock();

	@Test
	void sendsAnArtifactOfOneMinute(CapturedOutput output) {
		audit(PAIRING, Runnable::run).send(REQUEST);
		Envelope<ArtifactSubmission> envelope = submitted(1).get(0);
		assertThat(envelope.expiresAt()).isEqualTo("2026-11-24T10:01:00Z");
		assertThat(envelope.body().expiresAt()).isEqualTo("2026-11-24T10:01:00Z");
		assertThat(envelope.body().artifactType()).isEqualTo("plan.review");
		assertThat(envelope.body().metadata()).containsEntry("dndAudit", "true")
			.containsEntry("dndDecision", "approve")
			.containsEntry("requestLabel", "Refund")
			.containsEntry("routingToken", "routing-token")
			.containsEntry("workspaceName", "payments");
		assertThat(output).doesNotContain(" WARN ");
	}

	@Test
	void sendWhenFailureIsTransientRepeatsSameEnvelope() {
		given(this.gateway.submitArtifact(any())).willThrow(unreachable()).willThrow(unreachable()).willReturn(null);
		audit(PAIRING, Runnable::run).send(REQUEST);
		assertThat(submitted(3)).allSatisfy((envelope) -> assertThat(envelope).isSameAs(submitted(3).get(0)));
	}

	@Test
	void sendWhenGatewayIsUnreachableLogsMissingNotification(CapturedOutput output) {
		given(this.gateway.submitArtifact(any())).willThrow(unreachable());
		audit(PAIRING, Runnable::run).send(REQUEST);
		submitted(3);
		assertThat(output).containsOnlyOnce("The approver is not notified")
			.contains("'Refund'")
			.doesNotContain("4711", "routing-token");
	}

	@Test
	void sendWhenRefusedIsNotRepeated(CapturedOutput output) {
		given(this.gateway.submitArtifact(any()))
			.willThrow(new AirlockGatewayException(new GatewayError(422, "no_approver", null, null, null)));
		audit(PAIRING, Runnable::run).send(REQUEST);
		submitted(1);
		assertThat(output).containsOnlyOnce("The approver is not notified").contains("no_approver");
	}

	/**
	 * The policies of a stolen phone end with its pairing.
	 */
	@Test
	void reportsThatThePairingIsRevoked() {
		given(this.gateway.submitArtifact(any()))
			.willThrow(new AirlockGatewayException(new GatewayError(403, "pairing_revoked", null, null, null)));
		PairingSource pairings = mock();
		given(pairings.getPairing(any())).willReturn(PAIRING);
		auditOf(pairings, Runnable::run).send(REQUEST);
		verify(pairings).pairingRevoked(PAIRING);
	}

	@Test
	void neverThrows(CapturedOutput output) {
		given(this.gateway.submitArtifact(any())).willThrow(new IllegalStateException("s3cr3t"));
		audit(PAIRING, Runnable::run).send(REQUEST);
		audit(null, Runnable::run).send(REQUEST);
		audit(PAIRING, (task) -> {
			throw new RejectedExecutionException();
		}).send(REQUEST);
		assertThat(output.toString().lines().filter((line) -> line.contains("The approver is not notified")))
			.hasSize(3);
		assertThat(output).doesNotContain("s3cr3t");
	}

	@Test
	void survivesErrors(CapturedOutput output) {
		NoSuchMethodError error = new NoSuchMethodError("treeToValue");
		given(this.gateway.submitArtifact(any())).willThrow(error).willReturn(null);
		DndAudit audit = audit(PAIRING, Runnable::run);
		audit.send(REQUEST);
		DndAudit withoutThreads = audit(PAIRING, (task) -> {
			throw error;
		});
		// More than may wait, so each gave its place back
		for (int i = 0; i < 17; i++) {
			withoutThreads.send(REQUEST);
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("NoSuchMethodError: treeToValue")))
			.hasSize(18);
		audit.send(REQUEST);
		submitted(2);
	}

	@Test
	void sendWhenTooManyAreWaitingIsDropped(CapturedOutput output) {
		Queue<Runnable> tasks = new ArrayDeque<>();
		DndAudit audit = audit(PAIRING, tasks::add);
		for (int i = 0; i < 17; i++) {
			audit.send(REQUEST);
		}
		assertThat(tasks).hasSize(16);
		assertThat(output).containsOnlyOnce("too many others are waiting");
		verifyNoInteractions(this.gateway);
		tasks.remove().run();
		audit.send(REQUEST);
		assertThat(tasks).hasSize(16);
	}

	private List<Envelope<ArtifactSubmission>> submitted(int times) {
		ArgumentCaptor<Envelope<ArtifactSubmission>> envelopes = ArgumentCaptor.captor();
		verify(this.gateway, times(times)).submitArtifact(envelopes.capture());
		return envelopes.getAllValues();
	}

	private static AirlockGatewayException unreachable() {
		return new AirlockGatewayException("The gateway cannot be reached", null, new IOException());
	}

	private DndAudit audit(@Nullable Pairing pairing, Executor executor) {
		return auditOf((name) -> pairing, executor);
	}

	private DndAudit auditOf(PairingSource pairings, Executor executor) {
		return new DndAudit(this.gateway, pairings, new Enforcer("refunds", "Refunds", "dev-1", "payments", "", "shop"),
				"plan.review", executor, () -> NOW);
	}

}
