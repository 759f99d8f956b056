package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.util.Objects;

import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.pairing.CodeClaim.Progress;
import io.airlockapp.gateway.store.PairingStoreException;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Executes one {@link CodeClaim}. It retries while the gateway can't be reached, and
 * leaves the claim to another instance that has begun it, as long as that instance keeps
 * updating the stored claim.
 */
final class CodeClaimer {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	/**
	 * Longer than one claim takes.
	 */
	private static final Duration LEASE = Duration.ofSeconds(60);

	private final String name;

	private final CodeClaim claim;

	private final Duration interval;

	private final Ticker ticker;

	private @Nullable Deadline lease;

	private @Nullable String leasedVersion;

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	CodeClaimer(String name, CodeClaim claim, Duration interval, Ticker ticker) {
		this.name = name;
		this.claim = claim;
		this.interval = interval;
		this.ticker = ticker;
	}

	/**
	 * Claim the code, unless that was done before.
	 * @param onProgress is called whenever the store tells how far the claim is
	 * @throws InterruptedException if the thread is interrupted
	 */
	void run(Runnable onProgress) throws InterruptedException {
		try {
			while (!isDone(onProgress)) {
				this.ticker.sleep(this.interval);
			}
		}
		catch (PairingException ex) {
			// Stored and told already
			onProgress.run();
		}
	}

	private boolean isDone(Runnable onProgress) {
		Progress progress;
		try {
			progress = this.claim.advance(this.lease != null && this.lease.isOver());
		}
		catch (PairingStoreException ex) {
			warn("The pairing code of '%s' can't be claimed yet: %s".formatted(this.name, ex.getMessage()));
			return false;
		}
		onProgress.run();
		switch (progress) {
			case TAKEN -> renewLease();
			case UNREACHABLE -> {
				this.lease = null;
				warn("The pairing code of '%s' can't be claimed yet; trying again: %s".formatted(this.name,
						this.claim.obstacle()));
			}
			case CLAIMED, SETTLED -> {
				return true;
			}
		}
		return false;
	}

	private void renewLease() {
		if (this.lease == null || !Objects.equals(this.leasedVersion, this.claim.takenVersion())) {
			this.lease = Deadline.in(LEASE, this.ticker);
			this.leasedVersion = this.claim.takenVersion();
		}
	}

	private void warn(String message) {
		// An interrupt means that the application stops
		if (!Thread.currentThread().isInterrupted()) {
			this.warnings.warn(message);
		}
	}

}
