/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.exchange.ApprovalExchange.Interruption;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.halt.ApprovalHaltEvent;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.support.WaitScope;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Registry of the pending approvals. When the application stops, it admits no more
 * approvals and ends the waits of the threads, which withdraw their requests. It stops
 * before a web server with graceful shutdown, whose requests may be waiting here.
 */
public final class PendingApprovals implements SmartLifecycle {

	/**
	 * The reason, as a clause, why a wait for the approvers of a revoked pairing ends.
	 */
	static final String PAIRING_REVOKED = "The pairing was revoked while a decision was pending (pair again)";

	private static final Log logger = LogFactory.getLog(PendingApprovals.class);

	private final Map<PendingApproval, Waiter> waiters = new ConcurrentHashMap<>();

	private final Map<String, Integer> revocations = new ConcurrentHashMap<>();

	private final PendingPlaces places;

	private final Duration shutdownTimeout;

	private final Halt halt;

	private volatile boolean running = true;

	/**
	 * Create the registry.
	 * @param limits the limits on the number of pending approvals
	 * @param shutdownTimeout the maximum time to wait for withdrawals during the shutdown
	 * @param halt the switch that ends all waits
	 */
	public PendingApprovals(PendingLimits limits, Duration shutdownTimeout, Halt halt) {
		this.places = new PendingPlaces(limits, this::released);
		this.shutdownTimeout = shutdownTimeout;
		this.halt = halt;
		halt.addListener(this::haltChanged);
	}

	/**
	 * Return the pending approvals.
	 * @return a snapshot
	 */
	public List<PendingApproval> list() {
		return List.copyOf(this.waiters.keySet());
	}

	/**
	 * Admit an approval, which can ask several pairings, before any other processing. It
	 * is one approval of its method and requester, and takes a place for each pairing, so
	 * that it can ask all of them.
	 * @param method the name of the guarded method, or {@code null} if there is none
	 * @param requester the requester, or {@code null} if not known
	 * @param pairings the names of the pairings, without duplicates
	 * @return the admission, to be closed when the approval is no longer pending
	 * @throws ApprovalUnavailableException if too many approvals are pending, or an
	 * operator has halted them
	 */
	public Admission admit(@Nullable String method, @Nullable String requester, List<String> pairings) {
		this.halt.require((method != null) ? method : "The request", null);
		return this.places.take(RequestOrigin.of(method, requester), pairings);
	}

	/**
	 * Return the places of the approvals.
	 */
	PendingPlaces places() {
		return this.places;
	}

	/**
	 * Register the current thread, which has an admission, as waiting for an approval.
	 * @param approval the approval
	 * @return the registration, to be closed when the wait is over
	 * @throws ApprovalUnavailableException if the application is stopping, or an operator
	 * has halted approvals
	 */
	Waiter enter(RequestedApproval approval) {
		PendingApproval pending = approval.pending();
		Waiter waiter = new Waiter(approval, pending);
		this.waiters.put(pending, waiter);
		try {
			this.halt.require("Request " + pending.requestId(), pending.requestId());
			if (!this.running) {
				throw new ApprovalUnavailableException(
						"The application is shutting down, so no more approvals are requested", pending.requestId(),
						null);
			}
			return waiter;
		}
		catch (Throwable ex) {
			waiter.close();
			throw ex;
		}
	}

	private void haltChanged(ApprovalHaltEvent event) {
		HaltState halted = event.halted();
		if (halted != null) {
			Reason why = new Reason("An operator has halted this application's guarded methods",
					(message, requestId) -> new ApprovalHaltedException(message, requestId, halted.reason()));
			this.waiters.values().forEach((waiter) -> waiter.stop(why));
		}
	}

	/**
	 * End all waits for the approvers of a revoked pairing, so that their threads
	 * withdraw the requests.
	 * @param pairing the pairing's name
	 */
	public void pairingRevoked(String pairing) {
		this.revocations.merge(pairing, 1, Integer::sum);
		this.waiters.values()
			.stream()
			.filter((waiter) -> waiter.approval.pairingRevoked(pairing) && waiter.thread != Thread.currentThread())
			.forEach((waiter) -> waiter.stop(Reason.REVOKED));
	}

	/**
	 * End the wait for an approval on behalf of an operator, so that its thread withdraws
	 * the request. This is final: the approval is not used, even if it is given before
	 * the gateway confirms the withdrawal.
	 * @param requestId the id of the approval, or of one of its requests
	 * @return {@code true} if the approval is not used; {@code false} if the decision was
	 * applied before, or no thread of this instance waits for it
	 */
	public boolean withdraw(String requestId) {
		return this.waiters.values()
			.stream()
			.filter((waiter) -> waiter.pending.requestId().equals(requestId) || waiter.approval.contains(requestId))
			.anyMatch((waiter) -> waiter.stop(Reason.WITHDRAWN));
	}

	/**
	 * Return how often a pairing was revoked, which changes if it is revoked before the
	 * thread that asks it is registered.
	 */
	int revocations(String pairing) {
		return this.revocations.getOrDefault(pairing, 0);
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.waiters.values().forEach((waiter) -> waiter.stop(Reason.SHUTDOWN));
		Deadline.in(this.shutdownTimeout, Ticker.system()).await(this, this::isEmpty);
		if (!isEmpty()) {
			logger.warn(
					"%s approvals, and %s requests to approver groups, were not withdrawn before the shutdown; they expire at the gateway"
						.formatted(this.waiters.size(), this.places.exchanges()));
		}
	}

	/**
	 * Return whether nothing is waited for, and no request of a decided call is still
	 * being withdrawn.
	 */
	private boolean isEmpty() {
		return this.waiters.isEmpty() && this.places.exchanges() == 0;
	}

	private synchronized void released() {
		notifyAll();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Holds the reason why a wait ends.
	 *
	 * @param text the reason as a clause
	 * @param ending creates the exception from the message and the id of the request if a
	 * decision is not used, even if it is made before the request is withdrawn
	 */
	private record Reason(String text, @Nullable BiFunction<String, String, ApprovalUnavailableException> ending) {

		private static final Reason SHUTDOWN = new Reason("The application is shutting down", null);

		private static final Reason WITHDRAWN = new Reason("An operator withdrew the request",
				ApprovalWithdrawnException::new);

		private static final Reason REVOKED = new Reason(PAIRING_REVOKED, null);

	}

	/**
	 * Represents a thread that waits for an approval.
	 */
	final class Waiter implements AutoCloseable, Interruption {

		private final RequestedApproval approval;

		private final PendingApproval pending;

		private final Thread thread = Thread.currentThread();

		private final WaitScope scope = new WaitScope().enter();

		private @Nullable Reason whyStopped;

		private boolean revoked;

		private boolean decided;

		private Waiter(RequestedApproval approval, PendingApproval pending) {
			this.approval = approval;
			this.pending = pending;
		}

		/**
		 * End the wait. A reason for which a decision is not used replaces others.
		 * @return {@code false} if a decision was applied before
		 */
		private synchronized boolean stop(Reason why) {
			if (this.decided) {
				return false;
			}
			this.revoked |= why == Reason.REVOKED;
			if (this.whyStopped == null) {
				this.scope.cancel();
			}
			if (this.whyStopped == null || this.whyStopped.ending() == null) {
				this.whyStopped = why;
			}
			return true;
		}

		@Override
		public synchronized @Nullable String whyStopped() {
			return (this.whyStopped != null) ? this.whyStopped.text() : null;
		}

		/**
		 * Apply a decision, unless an operator has withdrawn the request or halted all,
		 * or it is an approval whose pairing is revoked.
		 * @throws ApprovalUnavailableException if the decision is not used
		 */
		synchronized void decided(boolean approved) {
			AirlockGatewayException ending = findEnding(
					"Request %s was decided, but an operator had withdrawn it before, so the decision is not used"
						.formatted(this.pending.requestId()));
			if (ending != null) {
				throw ending;
			}
			if (approved && this.revoked) {
				String requestId = this.pending.requestId();
				throw new ApprovalUnavailableException(
						"Request %s was approved, but its pairing is revoked, so the approval is not used: pair again"
							.formatted(requestId),
						requestId, null);
			}
			this.decided = true;
		}

		@Override
		public synchronized @Nullable AirlockGatewayException findEnding(String message) {
			return (this.whyStopped != null && this.whyStopped.ending() != null)
					? this.whyStopped.ending().apply(message, this.pending.requestId()) : null;
		}

		@Override
		public void close() {
			this.scope.close();
			PendingApprovals.this.waiters.remove(this.pending);
			released();
		}

	}

}
