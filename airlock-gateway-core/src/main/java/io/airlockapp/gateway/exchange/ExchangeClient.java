/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.client.Acknowledgement;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.harp.DecisionMessage;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Durations;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.http.ResponseEntity;

/**
 * Sends the requests of one exchange, each with a limit on the time to wait for the rate
 * limiter. A request without a deadline has the read timeout from its turn on. One with a
 * deadline takes no turn that would leave it no time, since such a turn would be lost.
 *
 * @param api the gateway's endpoints
 * @param executor the executor of requests
 * @param enforcerId the id of this application
 * @param clock the time of day
 */
public record ExchangeClient(AirlockGatewayApi api, GatewayRequestExecutor executor, String enforcerId,
		InstantSource clock) {

	private static final int NO_CONTENT = 204;

	private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

	private static final Duration SHORTEST_REQUEST = Duration.ofMillis(500);

	private static final String WITHDRAWN = "exchange.withdrawn";

	/**
	 * Return a client for the exchanges of one pairing.
	 * @param listener the callback for a pairing that the gateway reports as revoked
	 * @return the client
	 */
	public ExchangeClient onPairingRevoked(Runnable listener) {
		return new ExchangeClient(this.api, this.executor.onPairingRevoked(listener), this.enforcerId, this.clock);
	}

	/**
	 * Return a client whose requests take turns with those of other origins.
	 * @param origin the origin
	 * @return the client
	 */
	ExchangeClient onBehalfOf(RequestOrigin origin) {
		return new ExchangeClient(this.api, this.executor.onBehalfOf(origin), this.enforcerId, this.clock);
	}

	/**
	 * Submit an artifact.
	 * @param envelope the artifact
	 * @param patience the maximum time to wait for the rate limiter
	 * @param deadline the end of the request, if it has one
	 * @return the response, if it has a body
	 */
	public @Nullable Envelope<JsonNode> submit(Envelope<ArtifactSubmission> envelope, Duration patience,
			@Nullable Deadline deadline) {
		return this.executor.executeNullable(RequestPriority.SHORT, limited(patience, deadline),
				() -> this.api.submitArtifact(envelope, deadline));
	}

	ExchangeStatus getStatus(String requestId, RequestPriority priority, Duration patience,
			@Nullable Deadline deadline) {
		Envelope<ExchangeStatus> envelope = this.executor.execute(priority, limited(patience, deadline),
				() -> this.api.getExchange(requestId, deadline));
		if (envelope.body() == null) {
			throw new AirlockGatewayException("The gateway's response has no status", requestId, null);
		}
		return envelope.body();
	}

	@Nullable Envelope<JsonNode> awaitDecision(String requestId, Duration hold, RequestPriority priority, Duration patience,
			@Nullable Deadline deadline) {
		ResponseEntity<Envelope<JsonNode>> response = this.executor.execute(priority, limited(patience, deadline),
				() -> this.api.awaitDecision(requestId, (int) hold.toSeconds(), deadline));
		if (response.getBody() == null && response.getStatusCode().value() != NO_CONTENT) {
			throw new AirlockGatewayException("The gateway's response is empty", requestId, null);
		}
		return response.getBody();
	}

	/**
	 * Wait for a decision.
	 * @param requestId the request's id
	 * @param hold the time for which the gateway may hold the request, in whole seconds
	 * @param priority the priority of the request
	 * @param patience the maximum time to wait for the rate limiter
	 * @param deadline the end of the request, if it has one
	 * @return the decision as received, or {@code null} while undecided
	 * @throws AirlockGatewayException if the request failed, or its response does not
	 * claim to be a decision, such as that of an intermediary
	 */
	public @Nullable ReceivedDecision awaitDelivery(String requestId, Duration hold, RequestPriority priority,
			Duration patience, @Nullable Deadline deadline) {
		Envelope<JsonNode> envelope = awaitDecision(requestId, hold, priority, patience, deadline);
		if (envelope == null) {
			return null;
		}
		if (!DecisionMessage.MSG_TYPE.equals(envelope.msgType()) || envelope.body() == null
				|| !envelope.body().isObject()) {
			throw new AirlockGatewayException("The gateway's response is not a decision", requestId, null);
		}
		return ReceivedDecision.of(envelope, now());
	}

	/**
	 * Withdraw an exchange.
	 * @param requestId the request's id
	 * @param patience the maximum time to wait for the rate limiter
	 * @param deadline the end of the request, if it has one
	 * @return {@code true} if the gateway confirmed the withdrawal; otherwise, an
	 * intermediary may have responded
	 */
	public boolean withdraw(String requestId, Duration patience, @Nullable Deadline deadline) {
		return withdraw(requestId, RequestPriority.CONTROL, patience, deadline);
	}

	boolean withdraw(String requestId, RequestPriority priority, Duration patience, @Nullable Deadline deadline) {
		Envelope<JsonNode> envelope = this.executor.executeNullable(priority, limited(patience, deadline),
				() -> this.api.withdraw(requestId, deadline));
		return envelope != null && WITHDRAWN.equalsIgnoreCase(envelope.msgType());
	}

	/**
	 * Acknowledge a decision.
	 * @param requestId the request's id
	 * @param msgId the id of the delivered message
	 * @param patience the maximum time to wait for the rate limiter
	 */
	public void acknowledge(String requestId, String msgId, Duration patience) {
		Instant now = this.clock.instant();
		Acknowledgement body = new Acknowledgement(msgId, Acknowledgement.DELIVERED, Envelope.timestamp(now));
		Envelope<Acknowledgement> envelope = Envelope.of(Acknowledgement.MSG_TYPE, requestId, now, null,
				this.enforcerId, body);
		this.executor.executeNullable(RequestPriority.ACKNOWLEDGE, patience, () -> {
			this.api.acknowledge(envelope);
			return null;
		});
	}

	private static Duration limited(Duration patience, @Nullable Deadline deadline) {
		if (deadline == null) {
			return patience;
		}
		Duration left = deadline.remaining();
		Duration longest = left.minus(share(left));
		return Durations.min(patience, Durations.max(longest, Duration.ZERO));
	}

	/**
	 * Return the time at which a response is received.
	 */
	Instant now() {
		return this.clock.instant();
	}

	/**
	 * Return the maximum time for a request including its wait for the rate limiter, so
	 * that a request that hangs leaves time for another one.
	 * @param left the time available for all requests
	 */
	static Duration share(Duration left) {
		return Durations.max(SHORTEST_REQUEST, Durations.min(left.dividedBy(2), LONGEST_REQUEST));
	}

}
