package io.airlockapp.gateway.approval.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls for a time after too many requests of one guarded method, and of one
 * requester if known, were denied or timed out, so that a caller can't repeat a request
 * until it is approved by mistake. Approved requests don't count, so busy approvers are
 * not slowed down. Calls without a request, and decisions that failed verification, don't
 * count either.
 */
final class PausingApprovalGate implements ApprovalGate {

	private static final int CAPACITY = 10_000;

	private final Map<RequesterKey, History> histories = new LinkedHashMap<>(16, 0.75F, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<RequesterKey, History> eldest) {
			return size() > CAPACITY;
		}

	};

	private final ApprovalGate delegate;

	private final int after;

	private final Duration within;

	private final Duration rest;

	private final InstantSource clock;

	private final Ticker ticker;

	private final DenialPublisher publisher;

	PausingApprovalGate(ApprovalGate delegate, int after, Duration within, Duration rest, InstantSource clock,
			Ticker ticker, DenialPublisher publisher) {
		this.delegate = delegate;
		this.after = after;
		this.within = within;
		this.rest = rest;
		this.clock = clock;
		this.ticker = ticker;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall call) {
		RequesterKey requester = new RequesterKey(GuardedInvocation.of(call).methodKey(), call.findRequester());
		Duration left = pauseLeft(requester);
		if (!left.isZero()) {
			throw this.publisher.refused(call, new ApprovalUnavailableException(describe(call, left), null, null));
		}
		try {
			this.delegate.authorize(call);
		}
		catch (ApprovalDeniedException | ApprovalTimeoutException ex) {
			// A denial by a policy did not cause a request
			if (ApprovalResult.of(ex) != ApprovalResult.POLICY) {
				count(requester);
			}
			throw ex;
		}
	}

	private String describe(GuardedCall call, Duration left) {
		Instant until = this.clock.instant().plus(left).truncatedTo(ChronoUnit.SECONDS);
		return "%s is paused until %s: %s requests were denied or timed out within %s ('airlock.gateway.approval.pause')"
			.formatted(call, until.toString().substring(11), this.after, print(this.within));
	}

	private static String print(Duration duration) {
		if (duration.toSecondsPart() == 0 && duration.toMinutes() > 0) {
			return duration.toMinutes() + "m";
		}
		return (duration.toMillisPart() == 0) ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
	}

	private Duration pauseLeft(RequesterKey requester) {
		synchronized (this.histories) {
			History history = this.histories.get(requester);
			return (history != null && history.restUntil != null) ? history.restUntil.remaining() : Duration.ZERO;
		}
	}

	private void count(RequesterKey requester) {
		synchronized (this.histories) {
			History history = this.histories.computeIfAbsent(requester, (key) -> new History());
			history.recent.removeIf(Deadline::isOver);
			history.recent.addLast(Deadline.in(this.within, this.ticker));
			if (history.recent.size() >= this.after) {
				history.recent.clear();
				history.restUntil = Deadline.in(this.rest, this.ticker);
			}
		}
	}

	private record RequesterKey(String method, @Nullable String requester) {
	}

	/**
	 * Recent denials and timeouts of one method and requester, and the pause that they
	 * cause.
	 */
	private static final class History {

		private final Deque<Deadline> recent = new ArrayDeque<>();

		private @Nullable Deadline restUntil;

	}

}
