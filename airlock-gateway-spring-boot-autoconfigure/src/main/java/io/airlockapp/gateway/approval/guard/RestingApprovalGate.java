/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.ApprovalTimeoutException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.CallKey;
import io.airlockapp.gateway.approval.GuardedCall;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WaitScope;
import org.jspecify.annotations.Nullable;

import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Gate that lets approvers rest, so that a caller cannot repeat a request until it is
 * approved by mistake. For a time, it refuses the same call after a person denied it, and
 * all calls of a guarded method after too many of its requests were denied, timed out or
 * were cancelled. Each requester and each pairing is counted by itself. A reason is
 * repeated only to the requester of the denied call. Approved requests do not count, so
 * busy approvers are not slowed down. Calls without a request, and decisions that failed
 * verification, do not count either.
 */
public final class RestingApprovalGate implements ApprovalGate {

	private final ApprovalGate delegate;

	private final @Nullable Rests cooldowns;

	private final @Nullable Rests pauses;

	private final PairingSource pairings;

	private final ApproverGroups approvers;

	private final InstantSource clock;

	private final DenialPublisher publisher;

	/**
	 * Create a gate.
	 * @param delegate the gate to delegate to
	 * @param cooldown the time during which a denial applies to the same call, or
	 * {@code null} for none
	 * @param pause the pause of a method, or {@code null} for none
	 * @param pairings the pairings in force
	 * @param approvers the groups of approvers
	 * @param clock the time of day
	 * @param ticker the source of elapsed time
	 * @param publisher the publisher of the denials of this gate
	 */
	public RestingApprovalGate(ApprovalGate delegate, @Nullable Duration cooldown, @Nullable Pause pause,
			PairingSource pairings, ApproverGroups approvers, InstantSource clock, Ticker ticker,
			DenialPublisher publisher) {
		this.delegate = delegate;
		this.cooldowns = (cooldown != null) ? new Rests(new Pause(1, cooldown, cooldown), ticker) : null;
		this.pauses = (pause != null) ? new Rests(pause, ticker) : null;
		this.pairings = pairings;
		this.approvers = approvers;
		this.clock = clock;
		this.publisher = publisher;
	}

	@Override
	public void authorize(GuardedCall call) {
		CallKey method = CallKey.ofMethod(call, this.pairings, this.approvers);
		CallKey sameCall = (this.cooldowns != null) ? method.withSubject(call.comparableDigest()) : method;
		requireNotDenied(call, sameCall);
		requireNotPaused(call, method);
		try {
			this.delegate.authorize(call);
		}
		catch (ApprovalDeniedException ex) {
			// A denial by a policy did not cause a request
			if (ApprovalResult.of(ex) != ApprovalResult.POLICY) {
				// The next caller without a requester may be another person
				count(this.cooldowns, sameCall, ex, (sameCall.requester() != null) ? ex.getReason() : null);
				count(this.pauses, method, ex, null);
			}
			throw ex;
		}
		catch (ApprovalTimeoutException ex) {
			count(this.pauses, method, ex, null);
			throw ex;
		}
		catch (ApprovalUnavailableException ex) {
			// A caller who withdraws each request could submit any number of them
			if (ex.getRequestId() != null && WaitScope.isInterrupted()) {
				count(this.pauses, method, ex, null);
			}
			throw ex;
		}
	}

	private void requireNotDenied(GuardedCall call, CallKey key) {
		Rest denial = (this.cooldowns != null) ? this.cooldowns.find(key) : null;
		if (denial != null) {
			throw this.publisher.refused(call,
					new ApprovalDeniedException(
							"%s was denied a moment ago (request %s), so approval is not requested again for %s s"
								.formatted(call, denial.requestId(), denial.until().remaining().toSeconds() + 1),
							denial.requestId(), denial.reason()));
		}
	}

	private void requireNotPaused(GuardedCall call, CallKey key) {
		Rest rest = (this.pauses != null) ? this.pauses.find(key) : null;
		if (rest != null && this.pauses != null) {
			Duration remaining = rest.until().remaining();
			Instant until = this.clock.instant().plus(remaining).truncatedTo(ChronoUnit.SECONDS);
			throw this.publisher.refused(call,
					new ApprovalUnavailableException(
							("%s is paused until %s: %s requests were denied, timed out or were cancelled within %s "
									+ "('airlock.gateway.approval.pause')")
								.formatted(call, until.toString().substring(11), this.pauses.pause.after(),
										DurationFormatterUtils.print(this.pauses.pause.within(), Style.COMPOSITE)),
							remaining.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)));
		}
	}

	private static void count(@Nullable Rests rests, CallKey key, AirlockGatewayException ex, @Nullable String reason) {
		if (rests != null) {
			rests.count(key, ex.getRequestId(), reason);
		}
	}

	/**
	 * Holds when a guarded method is paused.
	 *
	 * @param after the number of denials, timeouts and cancellations
	 * @param within the period in which they are counted
	 * @param rest the duration of the pause
	 */
	public record Pause(int after, Duration within, Duration rest) {
	}

	/**
	 * Holds a rest and the last request before it.
	 */
	private record Rest(Deadline until, @Nullable String requestId, @Nullable String reason) {
	}

	/**
	 * Recent denials, timeouts and cancellations, and the rests that they cause.
	 */
	private static final class Rests {

		private static final int CAPACITY = 10_000;

		private final Map<CallKey, Deque<Deadline>> recent = bounded();

		private final Map<CallKey, Rest> resting = bounded();

		private final Pause pause;

		private final Ticker ticker;

		private Rests(Pause pause, Ticker ticker) {
			this.pause = pause;
			this.ticker = ticker;
		}

		private static <T> Map<CallKey, T> bounded() {
			return new LinkedHashMap<>(16, 0.75F, true) {

				@Override
				protected boolean removeEldestEntry(Map.Entry<CallKey, T> eldest) {
					return size() > CAPACITY;
				}

			};
		}

		private synchronized @Nullable Rest find(CallKey key) {
			Rest rest = this.resting.get(key);
			if (rest != null && rest.until().isOver()) {
				this.resting.remove(key);
				return null;
			}
			return rest;
		}

		private synchronized void count(CallKey key, @Nullable String requestId, @Nullable String reason) {
			Deque<Deadline> counted = this.recent.computeIfAbsent(key, (added) -> new ArrayDeque<>());
			counted.removeIf(Deadline::isOver);
			counted.addLast(Deadline.in(this.pause.within(), this.ticker));
			if (counted.size() >= this.pause.after()) {
				this.recent.remove(key);
				this.resting.put(key, new Rest(Deadline.in(this.pause.rest(), this.ticker), requestId, reason));
			}
		}

	}

}
