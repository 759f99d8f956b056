/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.GatewayAvailability;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.support.CoalescedResult;
import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Determines whether the gateway responds, from the results of other requests, or else by
 * an {@code echo}. At most one echo is pending at a time, and at most one is sent in 15
 * seconds, independent of the number of health requests.
 */
final class GatewayProbe {

	private static final Duration INTERVAL = Duration.ofSeconds(15);

	/**
	 * Maximum age of another request's success. Heartbeats are sent every 30 seconds.
	 */
	private static final Duration MAX_AGE_OF_CONTACT = Duration.ofSeconds(45);

	private static final Duration MAX_AGE_OF_SKEW = Duration.ofMinutes(5);

	private static final Result NOTHING_KNOWN = new Result(null, null, "A request to the gateway is pending", false);

	private final CoalescedResult<Measurement> measurements = new CoalescedResult<>();

	private final AirlockGatewayOperations gateway;

	private final GatewayAvailability availability;

	private final InstantSource clock;

	private final Ticker ticker;

	/**
	 * The time until which no further request is sent after one that the gateway refused
	 * by a quota.
	 */
	private volatile @Nullable Deadline refused;

	GatewayProbe(AirlockGatewayOperations gateway, GatewayAvailability availability, InstantSource clock,
			Ticker ticker) {
		this.gateway = gateway;
		this.availability = availability;
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Return the state of the gateway.
	 * @param maxSkew the maximum difference of the clocks; while it is exceeded, they are
	 * compared again
	 * @return the last measurement, and the problem if there is one
	 * @throws IdentityUnavailableException if no user is signed in
	 * @throws AccessTokenException if there is no access token at the moment
	 */
	Result check(Duration maxSkew) {
		return result(this.measurements.get((known) -> isFresh(known, maxSkew), this::measure));
	}

	private boolean isFresh(Measurement known, Duration maxSkew) {
		Duration age = Duration.ofNanos(this.ticker.nanoTime() - known.time());
		if (age.compareTo(INTERVAL) < 0) {
			return true;
		}
		boolean clocksAgree = known.failure() == null && age.compareTo(MAX_AGE_OF_SKEW) < 0
				&& (known.skew() == null || known.skew().abs().compareTo(maxSkew) <= 0);
		return clocksAgree && this.availability.hasSucceededWithin(MAX_AGE_OF_CONTACT);
	}

	private Result result(@Nullable Measurement known) {
		if (known == null) {
			return this.availability.hasSucceededWithin(MAX_AGE_OF_CONTACT) ? new Result(null, null, null, true)
					: NOTHING_KNOWN;
		}
		AirlockGatewayException failure = this.availability.getLastFailure();
		if (failure == null && !this.availability.hasSucceededSince(known.time())) {
			failure = known.failure();
		}
		return new Result(known.latency(), known.skew(), (failure != null) ? FailureMessages.forFailure(failure) : null,
				true);
	}

	private @Nullable Measurement measure(@Nullable Measurement known) {
		Deadline refused = this.refused;
		if (refused != null && !refused.isOver()) {
			return known;
		}
		long start = this.ticker.nanoTime();
		try {
			Echo echo = this.gateway.echo();
			Duration latency = Duration.ofNanos(this.ticker.nanoTime() - start);
			return new Measurement(this.ticker.nanoTime(), latency, skew(echo, latency), null);
		}
		catch (IdentityUnavailableException | AccessTokenException ex) {
			// No request was sent, so the next check can try again
			throw ex;
		}
		catch (AirlockGatewayException ex) {
			if (!ex.isQuotaExceeded()) {
				return failed(ex);
			}
			// A quota says nothing about the gateway's health
			if (!ex.isOwnLimit()) {
				this.refused = Deadline.in(INTERVAL, this.ticker);
			}
			return known;
		}
		catch (Throwable ex) {
			return failed(new AirlockGatewayException(
					"The request to the gateway failed: " + AirlockGatewayException.safeMessage(ex), null, ex));
		}
	}

	private Measurement failed(AirlockGatewayException failure) {
		return new Measurement(this.ticker.nanoTime(), null, null, failure);
	}

	private @Nullable Duration skew(@Nullable Echo echo, Duration latency) {
		if (echo == null || echo.utc() == null) {
			return null;
		}
		Instant middle = this.clock.instant().minus(latency.dividedBy(2));
		return Duration.between(middle, echo.utc());
	}

	/**
	 * Result of a check of the gateway.
	 *
	 * @param latency the duration of the last echo
	 * @param skew the time by which the gateway's clock was ahead
	 * @param problem the problem, or {@code null} if there is none
	 * @param known whether the state of the gateway is known
	 */
	record Result(@Nullable Duration latency, @Nullable Duration skew, @Nullable String problem, boolean known) {
	}

	private record Measurement(long time, @Nullable Duration latency, @Nullable Duration skew,
			@Nullable AirlockGatewayException failure) {
	}

}
