/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator.gateway;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.airlockapp.gateway.harp.Verdict;
import io.airlockapp.gateway.simulator.HandledRequest;
import io.airlockapp.gateway.simulator.HandledRequest.Outcome;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedDecision;
import io.airlockapp.gateway.simulator.approver.Approver;
import io.airlockapp.gateway.simulator.gateway.Exchange.State;
import io.airlockapp.gateway.simulator.http.GatewayRefusal;
import io.airlockapp.gateway.simulator.http.HarpEnvelope;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Store of all exchanges: by id for the enforcers, and as an inbox and a history for the
 * approvers.
 */
public final class ExchangeStore {

	private static final int MAX_HISTORY = 1000;

	private final InstantSource clock;

	private final ChangeSignal signal;

	private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();

	/**
	 * The exchanges of the test before, which enforcers may still be ending.
	 */
	private volatile Map<String, Exchange> ended = Map.of();

	private final Deque<HandledRequest> history = new ConcurrentLinkedDeque<>();

	private final AtomicLong numbers = new AtomicLong();

	private volatile UnaryOperator<ObjectNode> tampering = UnaryOperator.identity();

	public ExchangeStore(InstantSource clock, ChangeSignal signal) {
		this.clock = clock;
		this.signal = signal;
	}

	/**
	 * Accept an artifact, or recognize it as accepted before.
	 * @return the request if it is new and requires a decision, or {@code null}
	 */
	@Nullable PendingRequest submit(ArtifactSubmission artifact, Pairing pairing) {
		Instant now = this.clock.instant();
		Approver approver = pairing.approver();
		PendingRequest request = approver.open(artifact, pairing.encryptionKey(), now);
		Exchange exchange = new Exchange(this.numbers.incrementAndGet(), artifact, request, approver);
		Exchange existing = this.exchanges.putIfAbsent(artifact.requestId(), exchange);
		if (existing != null) {
			if (!existing.artifact().artifactHash().equals(artifact.artifactHash())) {
				throw GatewayRefusal.of(409, "AlreadyExistsConflict", "The request exists with another artifact hash");
			}
			return null;
		}
		if (artifact.isAudit()) {
			remember(exchange, Outcome.AUDITED, null);
			return null;
		}
		this.signal.changed();
		return request;
	}

	@Nullable Exchange find(String requestId) {
		return this.exchanges.get(requestId);
	}

	/**
	 * Return an exchange, which is expired first if it is due.
	 */
	Exchange get(String requestId) {
		Exchange exchange = this.exchanges.getOrDefault(requestId, this.ended.get(requestId));
		if (exchange == null) {
			throw GatewayRefusal.notFound("There is no such exchange");
		}
		expireIfDue(exchange);
		return exchange;
	}

	/**
	 * Wait for the decision of an exchange.
	 * @return the decision as delivered by the gateway, or {@code null} if there was none
	 * in time
	 */
	@Nullable ObjectNode awaitDecision(String requestId, int seconds) throws InterruptedException {
		get(requestId).awaitSettled(seconds, TimeUnit.SECONDS);
		Exchange exchange = get(requestId);
		State state = exchange.state();
		if (state != State.PENDING_APPROVAL && exchange.decision() == null) {
			throw GatewayRefusal.of(404, (state == State.EXPIRED) ? "expired" : "not_found",
					"The exchange is " + state.word());
		}
		return delivered(exchange);
	}

	/**
	 * Return the decision as delivered by the gateway, which may tamper with it.
	 */
	@Nullable ObjectNode delivered(Exchange exchange) {
		ObjectNode decision = exchange.decision();
		return (decision != null) ? this.tampering.apply(decision.deepCopy()) : null;
	}

	void withdraw(String requestId) {
		Exchange exchange = get(requestId);
		if (!exchange.end(State.WITHDRAWN)) {
			throw GatewayRefusal.of(409, "AlreadyDecidedConflict", "The exchange is " + exchange.state().word());
		}
		remember(exchange, Outcome.WITHDRAWN, null);
	}

	void acknowledge(String requestId, String msgId) {
		if (!get(requestId).acknowledge(msgId)) {
			throw GatewayRefusal.notFound("There is no such message in this exchange");
		}
	}

	/**
	 * Decide a request, as the approver.
	 * @return {@code false} if it is no longer pending
	 * @throws IllegalArgumentException if there is no such request
	 * @throws IllegalStateException if it is approved although it could not be decrypted
	 */
	public boolean decide(String requestId, SimulatedDecision decision) {
		return decide(require(requestId), decision);
	}

	private Exchange require(String requestId) {
		Exchange exchange = find(requestId);
		if (exchange == null) {
			throw new IllegalArgumentException("There is no request " + requestId);
		}
		return exchange;
	}

	/**
	 * Decide a request that may have been removed meanwhile.
	 * @return {@code false} if it is no longer pending
	 * @throws IllegalStateException if it is approved although it could not be decrypted
	 */
	public boolean decideIfPresent(String requestId, SimulatedDecision decision) {
		Exchange exchange = find(requestId);
		return exchange != null && decide(exchange, decision);
	}

	private boolean decide(Exchange exchange, SimulatedDecision decision) {
		expireIfDue(exchange);
		String problem = exchange.request().problem();
		if (problem != null && decision.verdict() == Verdict.APPROVE) {
			throw new IllegalStateException("Request %s cannot be approved, only rejected: %s"
				.formatted(exchange.artifact().requestId(), problem));
		}
		Outcome outcome = (decision.verdict() == Verdict.APPROVE) ? Outcome.APPROVED : Outcome.REJECTED;
		boolean decided = exchange.decide(() -> {
			ObjectNode envelope = envelope(exchange, exchange.approver().phone().decide(exchange.artifact(), decision));
			// Before the decision is delivered, so that its receiver finds it in the
			// history
			keep(exchange, outcome, decision.reason());
			return envelope;
		});
		if (decided) {
			this.signal.changed();
		}
		return decided;
	}

	/**
	 * Deliver a decision that another approver signed, as a hostile gateway.
	 * @return {@code false} if the request is no longer pending
	 * @throws IllegalArgumentException if there is no such request
	 */
	public boolean forge(String requestId, Approver signer, SimulatedDecision decision) {
		Exchange exchange = require(requestId);
		return deliver(exchange, signer.phone().decide(exchange.artifact(), decision));
	}

	/**
	 * Deliver the decision on another request, as a hostile gateway.
	 * @return {@code false} if the request is no longer pending, or the other one is not
	 * decided
	 * @throws IllegalArgumentException if there is no such request
	 */
	public boolean carry(String decidedId, String requestId) {
		ObjectNode decision = require(decidedId).decision();
		return decision != null && deliver(require(requestId), (ObjectNode) decision.get("body").deepCopy());
	}

	private boolean deliver(Exchange exchange, ObjectNode body) {
		boolean delivered = exchange.decide(() -> envelope(exchange, body));
		if (delivered) {
			this.signal.changed();
		}
		return delivered;
	}

	private ObjectNode envelope(Exchange exchange, ObjectNode body) {
		ArtifactSubmission artifact = exchange.artifact();
		ObjectNode envelope = HarpEnvelope.of("decision.deliver", artifact.requestId(), this.clock.instant(), body);
		envelope.put("expiresAt", artifact.expiresAt().toString());
		envelope.putObject("recipient").put("enforcerId", artifact.enforcerId());
		return envelope;
	}

	/**
	 * Expire the requests that were not decided in time.
	 */
	public void expireDue() {
		this.exchanges.values().forEach(this::expireIfDue);
	}

	private void expireIfDue(Exchange exchange) {
		if (exchange.isExpiredAt(this.clock.instant()) && exchange.end(State.EXPIRED)
				&& !exchange.artifact().isAudit()) {
			remember(exchange, Outcome.EXPIRED, null);
		}
	}

	private void remember(Exchange exchange, Outcome outcome, @Nullable String reason) {
		keep(exchange, outcome, reason);
		this.signal.changed();
	}

	private void keep(Exchange exchange, Outcome outcome, @Nullable String reason) {
		this.history.add(new HandledRequest(exchange.request(), outcome, reason, this.clock.instant()));
		if (this.history.size() > MAX_HISTORY) {
			HandledRequest oldest = this.history.poll();
			if (oldest != null) {
				this.exchanges.remove(oldest.request().requestId());
			}
		}
	}

	/**
	 * Return the pending requests, oldest first.
	 */
	public List<PendingRequest> pending() {
		expireDue();
		return requests((exchange) -> exchange.state() == State.PENDING_APPROVAL);
	}

	/**
	 * Return all requests that approvers received, oldest first.
	 */
	public List<PendingRequest> asked() {
		return requests((exchange) -> true);
	}

	private List<PendingRequest> requests(Predicate<Exchange> filter) {
		return this.exchanges.values()
			.stream()
			.filter((exchange) -> !exchange.artifact().isAudit() && filter.test(exchange))
			.sorted(Comparator.comparingLong(Exchange::number))
			.map(Exchange::request)
			.toList();
	}

	/**
	 * Return the requests that are no longer pending, oldest first.
	 */
	public List<HandledRequest> history() {
		expireDue();
		return new ArrayList<>(this.history);
	}

	public void tamper(UnaryOperator<ObjectNode> newTampering) {
		this.tampering = newTampering;
	}

	/**
	 * Remove all exchanges from the inbox and the history. Enforcers that wait for a
	 * decision are informed that there is none.
	 */
	public void reset() {
		this.tampering = UnaryOperator.identity();
		this.ended = Map.copyOf(this.exchanges);
		this.exchanges.clear();
		this.history.clear();
		this.ended.values().forEach((exchange) -> exchange.end(State.CANCELLED));
		this.signal.changed();
	}

}
