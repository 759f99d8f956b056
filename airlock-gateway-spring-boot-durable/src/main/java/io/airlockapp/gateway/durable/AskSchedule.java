/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.durable.PendingCounts.Counts;
import io.airlockapp.gateway.durable.step.NextStep;
import io.airlockapp.gateway.durable.step.StepScheduler.Step;

/**
 * Computes how long the gateway may hold a request for a decision, and the time of the
 * next one, so that the requests for all undecided calls fit into the shared budget.
 * Young calls, and those that expire shortly, get half of it.
 *
 * @param settings the settings
 * @param random the source of jitter
 */
record AskSchedule(DurableSettings settings, RandomGenerator random) {

	/**
	 * The time from the expiry to the last request.
	 */
	static final Duration LAST_LOOK = Duration.ofSeconds(5);

	/**
	 * The time from the expiry after which a request that the gateway does not know is
	 * regarded as lost.
	 */
	static final Duration FORGOTTEN = Duration.ofMinutes(5);

	private static final Duration LATE_RETRY = Duration.ofSeconds(30);

	private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

	private static final Duration SHORTEST = Duration.ofSeconds(5);

	private static final double SHARE_OF_YOUNG = 0.5;

	private static final double SHARE_OF_OTHERS = 0.7;

	private static final double JITTER = 0.1;

	/**
	 * Return the time for which the gateway may hold a request.
	 * @param counts the numbers of undecided calls
	 * @return the time, in whole seconds
	 */
	Duration hold(Counts counts) {
		long seconds = this.settings.maxHold().toSeconds();
		long share = seconds * this.settings.askThreads() / Math.max(1, counts.pending());
		return Duration.ofSeconds(Math.max(1, Math.min(seconds, share)));
	}

	/**
	 * Return the next request for a decision.
	 * @param call the undecided call
	 * @param counts the numbers of undecided calls
	 * @param now the time
	 * @return the step and its time
	 */
	NextStep next(DurableApproval call, Counts counts, Instant now) {
		Step step = isYoung(call, now) ? Step.ASK_FIRST : Step.ASK;
		// A gateway may not hold requests
		Duration pause = (counts.pending() <= this.settings.askThreads()) ? MIN_PAUSE
				: interval(call, counts, now, step);
		Instant wanted = now.plus(pause);
		return new NextStep(step, limit(call, wanted, now));
	}

	/**
	 * Return the next step after a message that does not verify, which the gateway may
	 * repeat at once. The pause is random, since another instance may be able to verify
	 * it, and after the same pause, this one could be the first again each time.
	 * @param call the undecided call
	 * @param counts the numbers of undecided calls
	 * @param now the time
	 * @return the step and its time
	 */
	NextStep later(DurableApproval call, Counts counts, Instant now) {
		NextStep next = next(call, counts, now);
		return later(call, next.step(), max(Duration.between(now, next.time()), LAST_LOOK), now);
	}

	/**
	 * Return the next step of a call that this instance leaves to others. Without a
	 * request, no budget delays it after the expiry, when little time is left to them.
	 * @param call the undecided call
	 * @param counts the numbers of undecided calls
	 * @param now the time
	 * @return the step and its time
	 */
	NextStep leave(DurableApproval call, Counts counts, Instant now) {
		return now.isBefore(call.expiresAt()) ? later(call, counts, now) : later(call, Step.ASK_FIRST, LAST_LOOK, now);
	}

	private NextStep later(DurableApproval call, Step step, Duration mean, Instant now) {
		double millis = mean.toMillis() * (0.5 + this.random.nextDouble());
		return new NextStep(step, limit(call, now.plusMillis((long) millis), now));
	}

	private static boolean isYoung(DurableApproval call, Instant now) {
		return now.isBefore(call.recordedAt().plus(PendingCounts.YOUNG))
				|| now.isAfter(call.expiresAt().minus(PendingCounts.SHORTLY));
	}

	private Duration interval(DurableApproval call, Counts counts, Instant now, Step step) {
		Duration byAge = min(Duration.between(call.recordedAt(), now).dividedBy(4), this.settings.maxPollInterval());
		boolean young = step == Step.ASK_FIRST;
		int number = Math.max(1, young ? counts.young() : counts.pending() - counts.young());
		double perMinute = (young ? SHARE_OF_YOUNG : SHARE_OF_OTHERS) * this.settings.requestsPerMinute();
		Duration byBudget = Duration.ofMillis((long) (number * 60_000L / perMinute));
		double jitter = 1 - JITTER + 2 * JITTER * this.random.nextDouble();
		return Duration.ofMillis((long) (max(max(byAge, byBudget), SHORTEST).toMillis() * jitter));
	}

	/**
	 * Return the time of the request after the expiry. Those about calls of one caller
	 * that expire together are spread over the time that they take, so that they do not
	 * delay the requests of others.
	 * @param id the id of the ballot
	 * @param call the expired call
	 * @param expiring the number of requests of the caller about calls that expire now
	 * @return the time
	 */
	Instant turn(String id, DurableApproval call, int expiring) {
		double place = (double) (id.hashCode() & Integer.MAX_VALUE) / Integer.MAX_VALUE;
		double others = place * Math.max(0, expiring - 1);
		return call.expiresAt()
			.plusMillis((long) (others * 60_000 / (SHARE_OF_OTHERS * this.settings.requestsPerMinute())));
	}

	/**
	 * Limit the time of a request, so that one is sent after the expiry.
	 * @param call the undecided call
	 * @param wanted the wanted time
	 * @param now the time
	 * @return the time, or an earlier one
	 */
	Instant limit(DurableApproval call, Instant wanted, Instant now) {
		Instant lastLook = call.expiresAt().plus(LAST_LOOK);
		if (now.isBefore(lastLook)) {
			return now.isBefore(call.expiresAt()) ? min(wanted, lastLook) : lastLook;
		}
		return now.isBefore(call.startBy()) ? min(wanted, call.startBy()) : wanted;
	}

	/**
	 * Return the time at which a failed request is repeated at the latest. After the
	 * expiry, a decision that was made in time can be received for a short time only. A
	 * request that began before such a time and failed after it is repeated soon.
	 * @param call the undecided call
	 * @param began the time at which the request began
	 * @param now the time
	 * @return the time
	 */
	Instant latestRetry(DurableApproval call, Instant began, Instant now) {
		boolean late = !began.isBefore(call.expiresAt().plus(LAST_LOOK)) && began.isBefore(call.startBy());
		Instant latest = limit(call, late ? began.plus(LATE_RETRY) : Instant.MAX, began);
		return max(latest, now.plus(MIN_PAUSE));
	}

	private static <T extends Comparable<? super T>> T min(T first, T second) {
		return (first.compareTo(second) <= 0) ? first : second;
	}

	private static <T extends Comparable<? super T>> T max(T first, T second) {
		return (first.compareTo(second) >= 0) ? first : second;
	}

}
