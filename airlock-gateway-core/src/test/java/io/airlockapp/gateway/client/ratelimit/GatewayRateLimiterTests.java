/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link GatewayRateLimiter}, in virtual time: nobody has the patience to wait.
 */
class GatewayRateLimiterTests {

	@RegisterExtension
	final CapturedLog log = new CapturedLog(GatewayRateLimiter.class);

	private final VirtualTicker ticker = new VirtualTicker();

	private final GatewayRateLimiter gate = new GatewayRateLimiter(60, Duration.ofSeconds(60), this.ticker);

	@Test
	void warnsOncePerTimeOfRefusals() {
		for (int i = 0; i < 3; i++) {
			this.gate.refused(Duration.ofMillis(500));
		}
		this.ticker.advance(Duration.ofMinutes(11));
		this.gate.refused(null);
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.WARN, Level.DEBUG, Level.DEBUG, Level.WARN);
		assertThat(this.log.list.get(0).getFormattedMessage()).contains("none is sent for 500 ms");
	}

	@ParameterizedTest
	@EnumSource(RequestPriority.class)
	void row07_refusalPausesEachPriorityForRequestedTime(RequestPriority priority) {
		this.gate.refused(Duration.ofSeconds(30));
		assertClosedFor(Duration.ofSeconds(30), priority);
	}

	@Test
	void row07_concurrentRefusalsPauseOnce() {
		this.gate.refused(Duration.ofSeconds(30));
		this.gate.refused(Duration.ofSeconds(30));
		this.gate.refused(Duration.ofSeconds(5));
		assertClosedFor(Duration.ofSeconds(30), RequestPriority.CONTROL);
	}

	@Test
	void row07_resumesOneByOne() {
		this.gate.refused(Duration.ofSeconds(30));
		this.ticker.advance(Duration.ofSeconds(30));
		for (int i = 0; i < 10; i++) {
			assertThat(isOpen(RequestPriority.SHORT)).isTrue();
			assertThat(isOpen(RequestPriority.SHORT)).isFalse();
			assertThat(isOpen(RequestPriority.CONTROL)).isFalse();
			// The refusal has reduced the share by a third
			this.ticker.advance(Duration.ofMillis(1_600));
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 121, 86_400, Integer.MAX_VALUE })
	void row08_cutsAnAbsurdPauseToTwoMinutes(long seconds) {
		this.gate.refused(Duration.ofSeconds(seconds));
		assertClosedFor(Duration.ofMinutes(2), RequestPriority.SHORT);
	}

	@Test
	void row08_doublesThePauseWithoutRetryAfterUpToALimit() {
		for (int seconds : new int[] { 2, 4, 8, 16, 32, 64, 64, 64 }) {
			this.gate.refused(null);
			assertClosedFor(Duration.ofSeconds(seconds), RequestPriority.SHORT);
		}
		this.gate.accepted();
		this.gate.refused(null);
		assertClosedFor(Duration.ofSeconds(2), RequestPriority.SHORT);
	}

	@Test
	void row08_refusalsOfConcurrentCallsCountOnce() {
		this.gate.refused(null);
		this.gate.refused(null);
		this.gate.refused(null);
		assertClosedFor(Duration.ofSeconds(2), RequestPriority.SHORT);
		this.gate.refused(null);
		assertClosedFor(Duration.ofSeconds(4), RequestPriority.SHORT);
	}

	@Test
	void row09_pauseAccumulatesNoTurns() {
		this.gate.refused(Duration.ofMinutes(2));
		for (int i = 0; i < 4; i++) {
			assertThat(isOpen(RequestPriority.CONTROL)).isFalse();
			this.ticker.advance(Duration.ofSeconds(30));
		}
		assertThat(isOpen(RequestPriority.CONTROL)).isTrue();
		assertThat(isOpen(RequestPriority.CONTROL)).isFalse();
	}

	@Test
	void withdrawalsHeartbeatsAndWaitsHaveReservedShares() {
		assertThat(countOpen(RequestPriority.SHORT)).isEqualTo(33);
		assertThat(countOpen(RequestPriority.CONTROL)).isEqualTo(6);
		int waits = 0;
		while (isOpen(RequestPriority.WAIT)) {
			waits++;
			this.ticker.advance(Duration.ofMillis(1_100));
		}
		assertThat(waits).isEqualTo(20);
	}

	@Test
	void shareOfWaitsIsReserved() {
		for (RequestPriority priority : RequestPriority.values()) {
			if (priority != RequestPriority.WAIT) {
				countOpen(priority);
			}
		}
		this.ticker.advance(Duration.ofSeconds(2));
		assertThat(isOpen(RequestPriority.WAIT)).isTrue();
	}

	@Test
	void halfOfWithdrawalShareIsReservedForOriginsWithFew() {
		RequestOrigin mallory = RequestOrigin.of("Export.run", "mallory");
		for (int i = 0; i < 40; i++) {
			assertThat(isOpen(RequestPriority.CONTROL, mallory)).isTrue();
			this.ticker.advance(Duration.ofSeconds(2));
		}
		countOpen(RequestPriority.SHORT);
		while (isOpen(RequestPriority.WAIT)) {
			this.ticker.advance(Duration.ofMillis(1_100));
		}
		assertThat(isOpen(RequestPriority.CONTROL, mallory)).isFalse();
		for (int i = 0; i < 3; i++) {
			assertThat(isOpen(RequestPriority.CONTROL, RequestOrigin.of("Refunds.pay", "anna"))).isTrue();
			this.ticker.advance(Duration.ofMillis(50));
		}
	}

	private int countOpen(RequestPriority priority) {
		int count = 0;
		while (isOpen(priority)) {
			count++;
			this.ticker.advance(Duration.ofMillis(50));
		}
		return count;
	}

	@Test
	void acquireWhenInterruptedThrowsAndTakesNoTurn() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> this.gate.acquire(RequestPriority.SHORT, Duration.ZERO, RequestOrigin.APPLICATION));
		assertThat(isOpen(RequestPriority.SHORT)).isTrue();
	}

	@Test
	void constructorWhenLimitOrPeriodIsInvalidThrows() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new GatewayRateLimiter(4, Duration.ofSeconds(1), this.ticker));
		assertThatIllegalArgumentException().isThrownBy(() -> new GatewayRateLimiter(5, Duration.ZERO, this.ticker));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new GatewayRateLimiter(5, Duration.ofSeconds(-1), this.ticker));
	}

	private void assertClosedFor(Duration pause, RequestPriority priority) {
		this.ticker.advance(pause.minusNanos(1));
		assertThat(isOpen(priority)).isFalse();
		this.ticker.advance(Duration.ofNanos(1));
		assertThat(isOpen(priority)).isTrue();
		// Far enough for what was granted to be forgotten
		this.ticker.advance(Duration.ofMinutes(5));
	}

	private boolean isOpen(RequestPriority priority) {
		return isOpen(priority, RequestOrigin.APPLICATION);
	}

	private boolean isOpen(RequestPriority priority, RequestOrigin origin) {
		try {
			this.gate.acquire(priority, Duration.ZERO, origin);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
