package io.airlockapp.gateway.approval.gate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Denies a call without a new request while a person's denial of the same call is recent,
 * so that a caller that retries, such as an agent, causes only one request.
 */
final class DenialCooldownApprovalGate implements ApprovalGate {

	private static final int CAPACITY = 10_000;

	private final Map<String, Denial> denials = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Denial> eldest) {
			return size() > CAPACITY || eldest.getValue().until().isOver();
		}

	};

	private final ApprovalGate delegate;

	private final Duration cooldown;

	private final Ticker ticker;

	private final DenialPublisher publisher;

	DenialCooldownApprovalGate(ApprovalGate delegate, Duration cooldown, Ticker ticker, DenialPublisher publisher) {
		this.delegate = delegate;
		this.cooldown = cooldown;
		this.ticker = ticker;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall call) {
		String digest = GuardedInvocation.of(call).comparableDigest();
		Denial denial = find(digest);
		if (denial != null) {
			throw this.publisher.refused(call,
					new ApprovalDeniedException(
							"%s was denied a moment ago (request %s), so approval is not requested again for %s s"
								.formatted(call, denial.requestId(), denial.until().remaining().toSeconds() + 1),
							denial.requestId(), denial.reason()));
		}
		try {
			this.delegate.authorize(call);
		}
		catch (ApprovalDeniedException ex) {
			// A denial by a policy did not cause a request
			if (ApprovalResult.of(ex) != ApprovalResult.POLICY) {
				remember(digest, ex);
			}
			throw ex;
		}
	}

	private @Nullable Denial find(String digest) {
		synchronized (this.denials) {
			Denial denial = this.denials.get(digest);
			if (denial != null && denial.until().isOver()) {
				this.denials.remove(digest);
				return null;
			}
			return denial;
		}
	}

	private void remember(String digest, ApprovalDeniedException ex) {
		synchronized (this.denials) {
			this.denials.put(digest,
					new Denial(ex.getRequestId(), ex.getReason(), Deadline.in(this.cooldown, this.ticker)));
		}
	}

	private record Denial(@Nullable String requestId, @Nullable String reason, Deadline until) {
	}

}
