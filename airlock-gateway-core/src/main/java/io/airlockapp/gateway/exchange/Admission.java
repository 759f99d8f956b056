package io.airlockapp.gateway.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * Permit for one of the {@link PendingApprovals}. It is acquired before any other
 * processing of an approval, and released by {@link #close()}.
 */
public final class Admission implements AutoCloseable {

	private static final ThreadLocal<@Nullable Admission> CURRENT = new ThreadLocal<>();

	private static final Admission NONE = new Admission(null, null);

	private final @Nullable PendingApprovals pending;

	private final @Nullable Asking asking;

	private final AtomicBoolean used = new AtomicBoolean();

	private final AtomicBoolean closed = new AtomicBoolean();

	Admission(@Nullable PendingApprovals pending, @Nullable Asking asking) {
		this.pending = pending;
		this.asking = asking;
	}

	/**
	 * Return the admission of invocations that need no permit.
	 * @return an admission without a permit
	 */
	public static Admission none() {
		return NONE;
	}

	/**
	 * Run a task that requests an approval in the current thread. The request uses this
	 * permit instead of acquiring another one.
	 * @param task the task
	 */
	public void run(Runnable task) {
		Admission outer = CURRENT.get();
		CURRENT.set(this);
		try {
			task.run();
		}
		finally {
			if (outer != null) {
				CURRENT.set(outer);
			}
			else {
				CURRENT.remove();
			}
		}
	}

	/**
	 * Use the permit of the current thread, unless it is already in use.
	 * @param pending the registry for which a permit is required
	 * @return the admission, or {@code null} if the thread has none
	 */
	static @Nullable Admission take(PendingApprovals pending) {
		Admission current = CURRENT.get();
		return (current != null && current.pending == pending && !current.closed.get()
				&& current.used.compareAndSet(false, true)) ? current : null;
	}

	/**
	 * Release the permit. Closing again has no effect.
	 */
	@Override
	public void close() {
		if (this.pending != null && this.asking != null && this.closed.compareAndSet(false, true)) {
			this.pending.release(this.asking);
		}
	}

	/**
	 * Holds the keys by which permits are counted.
	 *
	 * @param gate the name of the guarded method, or {@code null} if there is none
	 * @param requester the requester, or {@code null} if not known
	 * @param pairing the name of the pairing whose approvers receive the request
	 */
	record Asking(@Nullable String gate, @Nullable String requester, String pairing) {
	}

}
