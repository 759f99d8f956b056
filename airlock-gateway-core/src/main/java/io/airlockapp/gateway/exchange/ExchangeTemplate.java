/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalDecision;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * {@link AirlockGatewayTemplate} that delegates approvals to an {@link ApprovalService},
 * and the single steps of an exchange to an {@link ExchangeClient}.
 */
class ExchangeTemplate extends AirlockGatewayTemplate {

	private final ExchangeClient client;

	private final ApprovalService approvals;

	private final AsyncApprovals backgroundApprovals;

	ExchangeTemplate(AirlockGatewayApi api, ApprovalDependencies dependencies) {
		super(api, dependencies.requestExecutor());
		// The client of single steps does not report revoked pairings, since their
		// exchange may belong to a former pairing
		this.client = new ExchangeClient(api, dependencies.requestExecutor(), dependencies.enforcer().id(),
				dependencies.clock())
			.onBehalfOf(RequestOrigin.of(null, null));
		this.approvals = new ApprovalService(api, dependencies);
		this.backgroundApprovals = new AsyncApprovals(this.approvals, dependencies.executor(),
				dependencies.userBinding());
	}

	@Override
	public ApprovalDecision requestApproval(ApprovalRequest request) {
		return this.approvals.request(request, Admission.none());
	}

	@Override
	public CompletableFuture<ApprovalDecision> requestApprovalAsync(ApprovalRequest request) {
		return this.backgroundApprovals.request(request);
	}

	@Override
	public @Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope) {
		return this.client.submit(envelope, MAX_WAIT, null);
	}

	@Override
	public ExchangeStatus getExchange(String requestId) {
		return this.client.getStatus(requestId, RequestPriority.SHORT, MAX_WAIT, null);
	}

	@Override
	public @Nullable Envelope<JsonNode> awaitDecision(String requestId, Duration timeout) {
		Assert.isTrue(timeout.toSeconds() >= 1 && timeout.compareTo(ApprovalSettings.MAX_HOLD) <= 0,
				() -> "'timeout' must be from 1s to 60s, but is " + timeout);
		return this.client.awaitDecision(requestId, timeout, RequestPriority.WAIT, MAX_WAIT, null);
	}

	@Override
	public void withdraw(String requestId) {
		this.client.withdraw(requestId, CONTROL_PATIENCE, null);
	}

	@Override
	public void acknowledge(String requestId, String msgId) {
		this.client.acknowledge(requestId, msgId, MAX_WAIT);
	}

}
