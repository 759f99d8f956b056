package io.airlockapp.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Operations on exchanges. In an exchange, one approval is requested and decided. There
 * are operations for a complete exchange and for each of its steps.
 * <p>
 * Every method throws {@link AirlockGatewayException} if the gateway doesn't respond or
 * refuses the request.
 */
public interface ExchangeOperations {

	/**
	 * Request approval and wait for the decision. The calling thread blocks. If it is
	 * interrupted, the request is withdrawn and the interrupt status is preserved.
	 * @param request the request
	 * @return the verified decision: approved or rejected
	 * @throws ApprovalTimeoutException if no decision was made before the deadline
	 * @throws ApprovalUnavailableException if approval could not be requested
	 * @throws ApprovalVerificationException if the decision does not verify
	 */
	ApprovalDecision requestApproval(ApprovalRequest request);

	/**
	 * Request approval without blocking. The request is withdrawn if the future is
	 * cancelled or otherwise completed by the caller, for example by
	 * <code>orTimeout</code>.
	 * @param request the request
	 * @return a future of the verified decision, which fails with the exceptions of
	 * {@link #requestApproval}
	 */
	CompletableFuture<ApprovalDecision> requestApprovalAsync(ApprovalRequest request);

	/**
	 * Submit an encrypted artifact.
	 * @param envelope an {@code artifact.submit} envelope
	 * @return the {@code artifact.accepted} envelope, if the gateway sends one
	 */
	@Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope);

	/**
	 * Request the state of an exchange.
	 * @param requestId the exchange's id
	 * @return the state
	 */
	ExchangeStatus getExchange(String requestId);

	/**
	 * Wait for a decision. The result has <em>not</em> been verified.
	 * @param requestId the exchange's id
	 * @param timeout the time for which the gateway may hold the request, from 1 to 60
	 * seconds
	 * @return the {@code decision.deliver} envelope, or {@code null} while undecided
	 * @throws IllegalArgumentException if the timeout is out of range
	 */
	@Nullable Envelope<JsonNode> awaitDecision(String requestId, Duration timeout);

	/**
	 * Withdraw an exchange that is still undecided.
	 * @param requestId the exchange's id
	 */
	void withdraw(String requestId);

	/**
	 * Acknowledge a delivered decision.
	 * @param requestId the exchange's id
	 * @param msgId the id of the delivered message
	 */
	void acknowledge(String requestId, String msgId);

}
