package io.airlockapp.gateway.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Permit for one of the {@link PendingApprovals}. It is acquired before any other
 * processing of an approval, and released by {@link #close()}.
 */
public final class Admission implements AutoCloseable {

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
	 * Use this permit for one approval.
	 * @param registry the registry for which a permit is required
	 * @return {@code false} if it is a permit of another registry, or no longer usable
	 */
	boolean use(PendingApprovals registry) {
		return this.pending == registry && !this.closed.get() && this.used.compareAndSet(false, true);
	}

	/**
	 * Return on whose behalf the requests of the approval are sent.
	 * @return the origin, or {@code null} if this is no permit
	 */
	@Nullable RequestOrigin origin() {
		return (this.asking != null) ? new RequestOrigin(this.asking.gate(), this.asking.requester()) : null;
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
