package io.airlockapp.gateway.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * Place among the {@link PendingApprovals}. It is taken before anything else is done for
 * an approval, and given back when it is closed.
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
	 * Return the admission of those who need no place.
	 * @return an admission that holds nothing
	 */
	public static Admission none() {
		return NONE;
	}

	/**
	 * Run a task that asks for an approval, which then needs no place besides this one.
	 * @param task asks in the current thread
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
	 * Use the place that the current thread runs with, if nobody did yet.
	 * @param pending where the place is needed
	 * @return the admission, or {@code null} if the thread has none
	 */
	static @Nullable Admission take(PendingApprovals pending) {
		Admission current = CURRENT.get();
		return (current != null && current.pending == pending && !current.closed.get()
				&& current.used.compareAndSet(false, true)) ? current : null;
	}

	/**
	 * Give the place back. Closing it again does nothing.
	 */
	@Override
	public void close() {
		if (this.pending != null && this.asking != null && this.closed.compareAndSet(false, true)) {
			this.pending.release(this.asking);
		}
	}

	/**
	 * Holds the keys by which places are counted.
	 *
	 * @param gate the guarded method, or {@code null} if there is none
	 * @param requester the requester, or {@code null} if not known
	 * @param pairing the name of the pairing whose approvers receive the request
	 */
	record Asking(@Nullable String gate, @Nullable String requester, String pairing) {
	}

}
