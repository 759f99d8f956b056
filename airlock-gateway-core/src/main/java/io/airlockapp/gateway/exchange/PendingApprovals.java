/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalHaltedException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.ApprovalWithdrawnException;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
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

	private final PendingLimits limits;

	private final Duration shutdownTimeout;

	private final Halt halt;

	private final List<RequestOrigin> approvals = new ArrayList<>();

	/**
	 * The pairings that the approvals ask or may ask, each as often as it is.
	 */
	private final List<String> asked = new ArrayList<>();

	private volatile boolean running = true;

	/**
	 * Create the registry.
	 * @param limits the limits on the number of pending approvals
	 * @param shutdownTimeout the maximum time to wait for withdrawals during the shutdown
	 * @param halt the switch that ends all waits
	 */
	public PendingApprovals(PendingLimits limits, Duration shutdownTimeout, Halt halt) {
		this.limits = limits;
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
	 * Admit an approval, before any other processing.
	 * @param method the name of the guarded method, or {@code null} if there is none
	 * @param requester the requester, or {@code null} if not known
	 * @param pairing the name of the pairing whose approvers receive the request
	 * @return the admission, to be closed when the approval is no longer pending
	 * @throws ApprovalUnavailableException if too many approvals are pending, or an
	 * operator has halted them
	 */
	public Admission admit(@Nullable String method, @Nullable String requester, String pairing) {
		return admit(method, requester, List.of(pairing));
	}

	/**
	 * Admit an approval that can ask several pairings, before any other processing. It is
	 * one approval of its method and requester, and takes a place for each pairing, so
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
		RequestOrigin origin = new RequestOrigin(method, requester);
		synchronized (this) {
			requirePlaces(pairings.size());
			requirePlace(origin);
			pairings.forEach(this::requirePlace);
			this.approvals.add(origin);
			this.asked.addAll(pairings);
		}
		return new Admission(this, origin, pairings);
	}

	synchronized void release(@Nullable RequestOrigin origin, List<String> pairings) {
		if (origin != null) {
			this.approvals.remove(origin);
		}
		pairings.forEach(this.asked::remove);
	}

	private void requirePlace(RequestOrigin origin) {
		if (origin.gate() != null) {
			require(count(RequestOrigin::gate, origin.gate()), this.limits.perMethod(),
					"%s approvals of " + origin.gate() + " are being waited for already", "limits.pending-per-gate");
		}
		boolean known = origin.requester() != null;
		Integer limit = known ? this.limits.perRequester() : this.limits.perUnknown();
		// One method cannot keep the others out, even if nobody has a name
		boolean firstOfMethod = !known && origin.gate() != null && count(RequestOrigin::gate, origin.gate()) == 0;
		if (limit != null && !firstOfMethod) {
			String whose = known ? "the same requester" : "callers without a requester";
			require(count(RequestOrigin::requester, origin.requester()), limit,
					"%s approvals of " + whose + " are being waited for already", "limits.pending-per-requester");
		}
	}

	private void requirePlaces(int number) {
		require(this.asked.size() + number - 1, this.limits.total(),
				(number > 1) ? "The approval can ask " + number + " pairings, and too few of the %s places are free"
						: "%s approvals are being waited for already",
				"max-pending");
	}

	private void requirePlace(String pairing) {
		if (this.limits.perPairing() != null) {
			require(this.asked.stream().filter(pairing::equals).count(), this.limits.perPairing(),
					"%s approvals by the pairing '" + pairing + "' are being waited for already",
					"limits.pending-per-pairing");
		}
	}

	private long count(Function<RequestOrigin, @Nullable String> key, @Nullable String value) {
		return this.approvals.stream().filter((taken) -> Objects.equals(value, key.apply(taken))).count();
	}

	private static void require(long count, int limit, String message, String property) {
		if (count >= limit) {
			throw new ApprovalUnavailableException(message.replace("%s", String.valueOf(limit))
					+ ", and more would only be decided late. Ask for fewer "
					+ "at a time, or raise 'airlock.gateway.approval." + property + "'", null, null);
		}
	}

	/**
	 * Return the number of places that are taken by pairings.
	 */
	synchronized int taken() {
		return this.asked.size();
	}

	/**
	 * Register the current thread, which has an admission, as waiting for an approval.
	 * @param approval the pending approval
	 * @param pairing the name of the pairing whose approvers receive the request
	 * @param revocations the number of its revocations when it was read
	 * @return the registration, to be closed when the wait is over
	 * @throws ApprovalUnavailableException if the application is stopping, or an operator
	 * has halted approvals
	 */
	Waiter enter(PendingApproval approval, String pairing, int revocations) {
		Waiter waiter = new Waiter(approval, new SingleRequest(approval, pairing));
		this.waiters.put(approval, waiter);
		if (revocations(pairing) != revocations) {
			waiter.stop(Reason.REVOKED);
		}
		return entered(waiter);
	}

	/**
	 * Register the current thread, which has admissions, as waiting for an approval by
	 * several requests.
	 * @param approval the pending approval
	 * @param requests the requests
	 * @return the registration, to be closed when the wait is over
	 * @throws ApprovalUnavailableException if the application is stopping, or an operator
	 * has halted approvals
	 */
	Waiter enter(PendingApproval approval, Requests requests) {
		Waiter waiter = new Waiter(approval, requests);
		this.waiters.put(approval, waiter);
		return entered(waiter);
	}

	private Waiter entered(Waiter waiter) {
		PendingApproval approval = waiter.approval;
		try {
			this.halt.require("Request " + approval.requestId(), approval.requestId());
			if (!this.running) {
				throw new ApprovalUnavailableException(
						"The application is shutting down, so no more approvals are requested", approval.requestId(),
						null);
			}
			return waiter;
		}
		catch (ApprovalUnavailableException ex) {
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
			.filter((waiter) -> waiter.requests.pairingRevoked(pairing) && waiter.thread != Thread.currentThread())
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
			.filter((waiter) -> waiter.approval.requestId().equals(requestId) || waiter.requests.contains(requestId))
			.anyMatch((waiter) -> waiter.stop(Reason.WITHDRAWN));
	}

	/**
	 * Return how often a pairing was revoked, which changes if it is revoked before a
	 * thread is registered.
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
		if (!awaitEmpty()) {
			logger.warn("%s approvals were not withdrawn before the shutdown; they expire at the gateway"
				.formatted(this.waiters.size()));
		}
	}

	private synchronized boolean awaitEmpty() {
		Deadline deadline = Deadline.in(this.shutdownTimeout, Ticker.system());
		try {
			while (!this.waiters.isEmpty() && !deadline.isOver()) {
				wait(Math.max(1, deadline.remaining().toMillis()));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.waiters.isEmpty();
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
	 * Strategy interface for the requests of a pending approval.
	 */
	interface Requests {

		/**
		 * Return whether a request is one of these.
		 * @param requestId the request's id
		 */
		boolean contains(String requestId);

		/**
		 * Notify the requests of the revocation of a pairing.
		 * @param pairing the pairing's name
		 * @return whether it ends the wait
		 */
		boolean pairingRevoked(String pairing);

	}

	/**
	 * The request of an approval that asks one pairing.
	 */
	private record SingleRequest(PendingApproval approval, String pairing) implements Requests {

		@Override
		public boolean contains(String requestId) {
			return this.approval.requestId().equals(requestId);
		}

		@Override
		public boolean pairingRevoked(String revoked) {
			return this.pairing.equals(revoked);
		}

	}

	/**
	 * Represents a thread that waits for an approval.
	 */
	final class Waiter implements AutoCloseable, Interruption {

		private final PendingApproval approval;

		private final Requests requests;

		private final Thread thread = Thread.currentThread();

		private final WaitScope scope = new WaitScope().enter();

		private @Nullable Reason whyStopped;

		private boolean decided;

		private Waiter(PendingApproval approval, Requests requests) {
			this.approval = approval;
			this.requests = requests;
		}

		/**
		 * End the wait. A reason for which a decision is not used replaces others.
		 * @return {@code false} if a decision was applied before
		 */
		private synchronized boolean stop(Reason why) {
			if (this.decided) {
				return false;
			}
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
		 * Apply a decision, unless an operator has withdrawn the request or halted all.
		 * @throws ApprovalUnavailableException if an operator has done so before
		 */
		synchronized void decided() {
			AirlockGatewayException ending = findEnding(
					"Request %s was decided, but an operator had withdrawn it before, so the decision is not used"
						.formatted(this.approval.requestId()));
			if (ending != null) {
				throw ending;
			}
			this.decided = true;
		}

		@Override
		public synchronized @Nullable AirlockGatewayException findEnding(String message) {
			return (this.whyStopped != null && this.whyStopped.ending() != null)
					? this.whyStopped.ending().apply(message, this.approval.requestId()) : null;
		}

		@Override
		public void close() {
			this.scope.close();
			synchronized (PendingApprovals.this) {
				PendingApprovals.this.waiters.remove(this.approval);
				PendingApprovals.this.notifyAll();
			}
		}

	}

}
