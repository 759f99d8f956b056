package io.airlockapp.gateway.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.exchange.Admission.Asking;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Registry of the pending approvals. When the application stops, it admits no more
 * approvals and interrupts the waiting threads, which withdraw their requests. It stops
 * before a web server with graceful shutdown, whose requests may be waiting here.
 */
public final class PendingApprovals implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(PendingApprovals.class);

	private final Map<PendingApproval, Waiter> waiters = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition empty = this.lock.newCondition();

	private final PendingLimits limits;

	private final Duration shutdownTimeout;

	private final List<Asking> places = new ArrayList<>();

	private volatile boolean running = true;

	/**
	 * Create the registry.
	 * @param limits the limits on the number of pending approvals
	 * @param shutdownTimeout the maximum time to wait for withdrawals during the shutdown
	 */
	public PendingApprovals(PendingLimits limits, Duration shutdownTimeout) {
		this.limits = limits;
		this.shutdownTimeout = shutdownTimeout;
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
	 * @throws ApprovalUnavailableException if too many approvals are pending
	 */
	public Admission admit(@Nullable String method, @Nullable String requester, String pairing) {
		Asking asking = new Asking(method, requester, pairing);
		this.lock.lock();
		try {
			requirePlace(asking);
			this.places.add(asking);
		}
		finally {
			this.lock.unlock();
		}
		return new Admission(this, asking);
	}

	void release(Asking asking) {
		this.lock.lock();
		try {
			this.places.remove(asking);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void requirePlace(Asking asking) {
		require(this.places.size(), this.limits.total(), "%s approvals are being waited for already", "max-pending");
		if (asking.method() != null) {
			require(count(Asking::method, asking.method()), this.limits.perMethod(),
					"%s approvals of " + asking.method() + " are being waited for already", "limits.pending-per-gate");
		}
		requirePlaceOfRequester(asking);
		if (this.limits.perPairing() != null) {
			require(count(Asking::pairing, asking.pairing()), this.limits.perPairing(),
					"%s approvals by the pairing '" + asking.pairing() + "' are being waited for already",
					"limits.pending-per-pairing");
		}
	}

	private void requirePlaceOfRequester(Asking asking) {
		boolean known = asking.requester() != null;
		Integer limit = known ? this.limits.perRequester() : this.limits.perUnknown();
		// One method cannot keep the others out, even if nobody has a name
		boolean firstOfMethod = !known && asking.method() != null && count(Asking::method, asking.method()) == 0;
		if (limit != null && !firstOfMethod) {
			String whose = known ? "the same requester" : "callers without a requester";
			require(count(Asking::requester, asking.requester()), limit,
					"%s approvals of " + whose + " are being waited for already", "limits.pending-per-requester");
		}
	}

	private long count(Function<Asking, @Nullable String> key, @Nullable String value) {
		return this.places.stream().filter((taken) -> Objects.equals(value, key.apply(taken))).count();
	}

	private static void require(long count, int limit, String message, String property) {
		if (count >= limit) {
			throw new ApprovalUnavailableException(message.replace("%s", String.valueOf(limit))
					+ ", and more would only be decided late. Ask for fewer "
					+ "at a time, or raise 'airlock.gateway.approval." + property + "'", null, null);
		}
	}

	/**
	 * Return the number of admitted approvals.
	 */
	int taken() {
		this.lock.lock();
		try {
			return this.places.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Register the current thread, which has an admission, as waiting for an approval.
	 * @param approval the pending approval
	 * @param pairing the name of the pairing whose approvers receive the request
	 * @return the registration, to be closed when the wait is over
	 * @throws ApprovalUnavailableException if the application is stopping
	 */
	Waiter enter(PendingApproval approval, String pairing) {
		Waiter waiter = new Waiter(approval, pairing, Thread.currentThread());
		this.waiters.put(approval, waiter);
		if (!this.running) {
			waiter.close();
			throw new ApprovalUnavailableException(
					"The application is shutting down, so no more approvals are requested", approval.requestId(), null);
		}
		return waiter;
	}

	/**
	 * Interrupt all other threads that wait for the approvers of a revoked pairing, so
	 * that they withdraw their requests.
	 * @param pairing the pairing's name
	 */
	public void pairingRevoked(String pairing) {
		this.waiters.values()
			.stream()
			.filter((waiter) -> waiter.pairing.equals(pairing) && waiter.thread != Thread.currentThread())
			.forEach((waiter) -> waiter.stop(Waiter.PAIRING_REVOKED));
	}

	/**
	 * Interrupt the thread that waits for an approval, so that it withdraws the request.
	 * Called on behalf of an operator.
	 * @param requestId the request's id
	 * @return {@code false} if no thread of this instance waits for the approval
	 */
	public boolean withdraw(String requestId) {
		List<Waiter> waiting = this.waiters.values()
			.stream()
			.filter((waiter) -> waiter.approval.requestId().equals(requestId))
			.toList();
		waiting.forEach((waiter) -> waiter.stop(Waiter.WITHDRAWN));
		return !waiting.isEmpty();
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.waiters.values().forEach((waiter) -> waiter.stop(Waiter.SHUTDOWN));
		if (!awaitEmpty()) {
			logger.warn("%s approvals were not withdrawn before the shutdown; they expire at the gateway"
				.formatted(this.waiters.size()));
		}
	}

	private boolean awaitEmpty() {
		this.lock.lock();
		try {
			long left = this.shutdownTimeout.toNanos();
			while (!this.waiters.isEmpty() && left > 0) {
				left = this.empty.awaitNanos(left);
			}
			return this.waiters.isEmpty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return this.waiters.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Represents a thread that waits for an approval.
	 */
	final class Waiter implements AutoCloseable {

		private static final String SHUTDOWN = "The application is shutting down";

		private static final String WITHDRAWN = "An operator said so";

		private static final String PAIRING_REVOKED = "The pairing was revoked while a decision was pending (pair again)";

		private final PendingApproval approval;

		private final String pairing;

		private final Thread thread;

		private @Nullable String whyStopped;

		private boolean closed;

		private Waiter(PendingApproval approval, String pairing, Thread thread) {
			this.approval = approval;
			this.pairing = pairing;
			this.thread = thread;
		}

		private synchronized void stop(String why) {
			if (!this.closed && this.whyStopped == null) {
				this.whyStopped = why;
				this.thread.interrupt();
			}
		}

		/**
		 * Return the reason why the thread was interrupted.
		 * @return the reason, or {@code null} if it was not interrupted by this registry
		 */
		synchronized @Nullable String whyStopped() {
			return this.whyStopped;
		}

		/**
		 * Return whether an operator ended the wait.
		 */
		synchronized boolean isWithdrawn() {
			return WITHDRAWN.equals(this.whyStopped);
		}

		@Override
		public void close() {
			synchronized (this) {
				this.closed = true;
				if (this.whyStopped != null) {
					// Clears the interrupt of this registry, since the thread may belong
					// to a pool
					Thread.interrupted();
				}
			}
			PendingApprovals.this.lock.lock();
			try {
				PendingApprovals.this.waiters.remove(this.approval);
				PendingApprovals.this.empty.signalAll();
			}
			finally {
				PendingApprovals.this.lock.unlock();
			}
		}

	}

}
