package io.airlockapp.gateway.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Holds the limits on the number of approvals that are pending at the same time.
 *
 * @param total the limit for all approvals
 * @param perGate the limit for the approvals of one guarded method
 * @param perRequester the limit for the approvals of one known requester, or {@code null}
 * for no limit
 * @param perPairing the limit for the approvals of one pairing, or {@code null} for no
 * limit
 */
public record PendingLimits(int total, int perGate, @Nullable Integer perRequester, @Nullable Integer perPairing) {

	public PendingLimits {
		requirePositive("total", total);
		requirePositive("perGate", perGate);
		requirePositive("perRequester", perRequester);
		requirePositive("perPairing", perPairing);
	}

	/**
	 * Return limits that reserve half of the permits for other guarded methods and other
	 * requesters.
	 * @param total the limit for all approvals
	 * @return the limits
	 */
	public static PendingLimits of(int total) {
		int half = Math.max(1, (total + 1) / 2);
		return new PendingLimits(total, half, half, null);
	}

	private static void requirePositive(String name, @Nullable Integer value) {
		if (value != null && value < 1) {
			throw new IllegalArgumentException("'%s' must be positive, but is %s".formatted(name, value));
		}
	}

}
