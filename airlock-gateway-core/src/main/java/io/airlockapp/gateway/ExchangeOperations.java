package io.airlockapp.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Operations on exchanges, in each of which one approval is requested and decided: the
 * whole exchange, and each of its steps alone.
 * <p>
 * Every method throws {@link AirlockGatewayException} if the gateway doesn't respond or
 * refuses.
 */
public interface ExchangeOperations {

	/**
	 * Ask a person and wait for the decision. The calling thread waits; if it is
	 * interrupted, the request is withdrawn and the interrupt kept.
	 * @param request what to approve
	 * @return the verified decision: approved or rejected
	 * @throws ApprovalTimeoutException if nobody decided in time
	 * @throws ApprovalUnavailableException if approval could not be requested
	 * @throws ApprovalVerificationException if what came back does not verify
	 */
	ApprovalDecision requestApproval(ApprovalRequest request);

	/**
	 * Ask a person without waiting. Cancelling the future withdraws the request, and so
	 * does completing it otherwise, as <code>orTimeout</code> does.
	 * @param request what to approve
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
	 * Ask for the state of an exchange.
	 * @param requestId the exchange's id
	 * @return its state
	 */
	ExchangeStatus getExchange(String requestId);

	/**
	 * Wait for a decision. What is returned has <em>not</em> been verified.
	 * @param requestId the exchange's id
	 * @param timeout how long the gateway may hold the call, from 1 to 60 seconds
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
