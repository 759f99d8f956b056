/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.airlockapp.gateway.support.Latches;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GatewayRateLimiter} with a {@link RequestBudget}, in virtual time.
 */
class SharedBudgetTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final Logger logger = (Logger) LoggerFactory.getLogger(SharedBudget.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final VirtualTicker ticker = new VirtualTicker();

	private final Budget budget = new Budget();

	private final GatewayRateLimiter limiter = new GatewayRateLimiter(60, MINUTE, this.ticker, this.budget);

	@BeforeEach
	void capture() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void release() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void eachRequestWaitsForATurn() throws Exception {
		this.budget.waits.addAll(List.of(Duration.ZERO, Duration.ofSeconds(7)));
		assertThat(waitOf(RequestPriority.WAIT)).isZero();
		assertThat(waitOf(RequestPriority.WAIT)).isEqualTo(Duration.ofSeconds(7));
		assertThat(this.budget.taken).isEqualTo(2);
	}

	@Test
	void requestThatThisInstanceDoesNotAllowTakesNoTurn() {
		this.limiter.refused(Duration.ofSeconds(30));
		assertThat(isOpen(RequestPriority.SHORT)).isFalse();
		assertThat(this.budget.taken).isZero();
	}

	@Test
	void turnThatIsTooLateIsNotTaken() throws Exception {
		this.budget.waits.addAll(List.of(Duration.ofSeconds(10), Duration.ofSeconds(2)));
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(
				() -> this.limiter.acquire(RequestPriority.SHORT, Duration.ofSeconds(4), RequestOrigin.APPLICATION));
		assertThat(this.budget.longest).isEqualTo(Duration.ofSeconds(4));
		assertThat(waitOf(RequestPriority.WAIT)).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void heartbeatIsSentAThirdOfThePeriodBeforeItsTurn() throws Exception {
		this.budget.waits.add(Duration.ofSeconds(24));
		assertThat(waitOf(RequestPriority.CONTROL)).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void requestsTakeNoTurnWhileAnotherOneWaitsForIts() throws Exception {
		this.budget.waits.add(Duration.ofSeconds(10));
		this.ticker.whenSleeping(() -> {
			assertThat(isOpen(RequestPriority.WAIT)).isFalse();
			assertThat(this.budget.taken).isOne();
			assertThat(isOpen(RequestPriority.CONTROL)).isTrue();
			assertThat(this.budget.taken).isEqualTo(2);
		});
		assertThat(waitOf(RequestPriority.SHORT)).isEqualTo(Duration.ofSeconds(10));
		assertThat(isOpen(RequestPriority.WAIT)).isTrue();
	}

	@Test
	void otherRequestsNeedNoTurnWhileTheBudgetDoesNotRespond() throws Exception {
		this.budget.meanwhile = () -> {
			assertThat(isOpen(RequestPriority.SHORT)).isFalse();
			this.ticker.advance(Duration.ofMillis(1001));
			assertThat(isOpen(RequestPriority.SHORT)).isTrue();
		};
		assertThat(waitOf(RequestPriority.SHORT)).isEqualTo(Duration.ofMillis(1001));
		assertThat(warnings()).singleElement().asString().endsWith("it responds too slowly");
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(this.budget.taken).isOne();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHORT", "HEALTH" })
	void requestWaitsForNoConnection(RequestPriority priority) throws Exception {
		CountDownLatch connection = new CountDownLatch(1);
		this.budget.meanwhile = () -> Latches.await(connection);
		try {
			assertThat(CompletableFuture.supplyAsync(() -> isOpen(priority))).succeedsWithin(Duration.ofSeconds(10))
				.isEqualTo(true);
		}
		finally {
			connection.countDown();
		}
		assertThat(this.budget.taken).isOne();
	}

	@Test
	void requestWithoutPatienceDoesNotWaitForATurn() {
		this.budget.waits.addAll(List.of(Duration.ZERO, Duration.ofMillis(1)));
		assertThat(isOpen(RequestPriority.HEALTH)).isTrue();
		this.ticker.advance(Duration.ofSeconds(5));
		assertThat(isOpen(RequestPriority.HEALTH)).isFalse();
		assertThat(this.budget.taken).isEqualTo(2);
	}

	@Test
	void refusalPausesAllInstances() {
		this.limiter.refused(Duration.ofSeconds(30));
		this.limiter.refused(null);
		this.limiter.refused(Duration.ofDays(1));
		assertThat(this.budget.pauses).containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(2),
				Duration.ofMinutes(2));
	}

	@Test
	void budgetIsUsedWithoutTheLock() throws Exception {
		this.budget.meanwhile = () -> CompletableFuture.runAsync(this.limiter::accepted).join();
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		this.limiter.refused(Duration.ofSeconds(1));
		assertThat(this.budget.taken).isOne();
		assertThat(this.budget.pauses).hasSize(1);
	}

	@Test
	void requestsContinueWithoutTheBudgetAndOneWarning() throws Exception {
		this.budget.failure = new IllegalStateException("jdbc:secret");
		for (int i = 0; i < 3; i++) {
			assertThat(waitOf(RequestPriority.SHORT)).isZero();
		}
		assertThat(this.budget.taken).isOne();
		this.ticker.advance(Duration.ofSeconds(10));
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(this.budget.taken).isEqualTo(2);
		assertThat(warnings()).singleElement().asString().endsWith(": java.lang.IllegalStateException");
		this.limiter.refused(Duration.ofSeconds(1));
		assertThat(this.budget.pauses).isEmpty();
	}

	@Test
	void ownLimitHoldsWithoutTheBudget() {
		this.budget.failure = new IllegalStateException("jdbc:secret");
		int requests = 0;
		while (isOpen(RequestPriority.SHORT)) {
			requests++;
			this.ticker.advance(Duration.ofMillis(50));
		}
		assertThat(requests).isEqualTo(33);
	}

	@Test
	void budgetIsUsedAgainAfterAFailure() throws Exception {
		this.budget.failure = new IllegalStateException("jdbc:secret");
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		this.budget.failure = null;
		this.ticker.advance(Duration.ofSeconds(10));
		this.budget.waits.addAll(List.of(Duration.ZERO, Duration.ofSeconds(7)));
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(waitOf(RequestPriority.SHORT)).isEqualTo(Duration.ofSeconds(7));
		this.budget.failure = new IllegalStateException("jdbc:secret");
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(warnings()).hasSize(2);
	}

	@Test
	void budgetWithoutAResponseIsUnavailable() throws Exception {
		this.budget.waits.add(null);
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(warnings()).hasSize(1);
	}

	@Test
	void failureToPauseCountsAsOne() throws Exception {
		this.budget.failure = new IllegalStateException("jdbc:secret");
		this.limiter.refused(Duration.ofSeconds(1));
		this.budget.failure = null;
		this.ticker.advance(Duration.ofSeconds(1));
		this.budget.waits.add(Duration.ofSeconds(7));
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(warnings()).hasSize(1);
	}

	private Duration waitOf(RequestPriority priority) throws Exception {
		long start = this.ticker.nanoTime();
		this.limiter.acquire(priority, MINUTE, RequestOrigin.APPLICATION);
		return Duration.ofNanos(this.ticker.nanoTime() - start);
	}

	private boolean isOpen(RequestPriority priority) {
		try {
			this.limiter.acquire(priority, Duration.ZERO, RequestOrigin.APPLICATION);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<String> warnings() {
		return this.log.list.stream()
			.filter((event) -> event.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	private static final class Budget implements RequestBudget {

		private final Deque<Duration> waits = new LinkedList<>();

		private final List<Duration> pauses = new ArrayList<>();

		private Runnable meanwhile = () -> {
		};

		private RuntimeException failure;

		private Duration longest;

		private int taken;

		@Override
		public Duration takeTurn(Duration longest) {
			this.taken++;
			this.longest = longest;
			respond();
			return this.waits.isEmpty() ? Duration.ZERO : this.waits.remove();
		}

		@Override
		public void pause(Duration pause) {
			respond();
			this.pauses.add(pause);
		}

		private void respond() {
			this.meanwhile.run();
			if (this.failure != null) {
				throw this.failure;
			}
		}

	}

}
