package io.airlockapp.gateway.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link GatewayRateLimiter} with a {@link RequestBudget}, in virtual time.
 */
class SharedTurnTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private final Logger logger = (Logger) LoggerFactory.getLogger(GatewayRateLimiter.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final VirtualTicker ticker = new VirtualTicker();

	private final Budget budget = new Budget();

	private final GatewayRateLimiter limiter = limiter(Runnable::run);

	private GatewayRateLimiter limiter(Executor executor) {
		return new GatewayRateLimiter(60, MINUTE, this.ticker, this.budget, executor);
	}

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
	void turnIsUsedByTheNextRequestIfPatienceEnds() throws Exception {
		this.budget.waits.add(Duration.ofSeconds(10));
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> this.limiter.acquire(RequestPriority.SHORT, Duration.ofSeconds(4)));
		assertThat(waitOf(RequestPriority.WAIT)).isEqualTo(Duration.ofSeconds(6));
		assertThat(this.budget.taken).isOne();
	}

	@Test
	void heartbeatUsesTheTurnATenthOfThePeriodEarlier() throws Exception {
		this.budget.waits.add(Duration.ofSeconds(10));
		assertThat(isOpen(RequestPriority.WAIT)).isFalse();
		assertThat(waitOf(RequestPriority.CONTROL)).isEqualTo(Duration.ofSeconds(4));
		assertThat(this.budget.taken).isOne();
	}

	@Test
	void turnThatIsNotUsedIsLost() {
		this.budget.waits.add(Duration.ofSeconds(10));
		assertThat(isOpen(RequestPriority.SHORT)).isFalse();
		this.ticker.advance(Duration.ofMillis(10_501));
		this.budget.waits.add(Duration.ofSeconds(3));
		assertThat(isOpen(RequestPriority.SHORT)).isFalse();
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
		this.budget.failure = new RequestBudgetException("the database failed", null);
		for (int i = 0; i < 3; i++) {
			assertThat(waitOf(RequestPriority.SHORT)).isZero();
		}
		assertThat(this.budget.taken).isOne();
		this.ticker.advance(Duration.ofSeconds(10));
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(this.budget.taken).isEqualTo(2);
		assertThat(warnings()).singleElement().asString().endsWith("the database failed");
		this.limiter.refused(Duration.ofSeconds(1));
		assertThat(this.budget.pauses).isEmpty();
	}

	@Test
	void ownLimitHoldsWithoutTheBudget() {
		this.budget.failure = new RequestBudgetException("the database failed", null);
		int requests = 0;
		while (isOpen(RequestPriority.SHORT)) {
			requests++;
			this.ticker.advance(Duration.ofMillis(50));
		}
		assertThat(requests).isEqualTo(33);
	}

	@Test
	void budgetIsUsedAgainAfterAFailure() throws Exception {
		this.budget.failure = new RequestBudgetException("the database failed", null);
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		this.budget.failure = null;
		this.ticker.advance(Duration.ofSeconds(10));
		this.budget.waits.addAll(List.of(Duration.ZERO, Duration.ofSeconds(7)));
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(waitOf(RequestPriority.SHORT)).isEqualTo(Duration.ofSeconds(7));
		this.budget.failure = new RequestBudgetException("the database failed", null);
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(warnings()).hasSize(2);
	}

	@Test
	void messagesOfOtherExceptionsAreNotLogged() throws Exception {
		this.budget.failure = new IllegalStateException("jdbc:secret");
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(warnings()).singleElement().asString().endsWith("java.lang.IllegalStateException");
	}

	@Test
	void failureToPauseCountsAsOne() throws Exception {
		this.budget.failure = new RequestBudgetException("the database failed", null);
		this.limiter.refused(Duration.ofSeconds(1));
		this.budget.failure = null;
		this.ticker.advance(Duration.ofSeconds(1));
		this.budget.waits.add(Duration.ofSeconds(7));
		assertThat(waitOf(RequestPriority.SHORT)).isZero();
		assertThat(warnings()).hasSize(1);
	}

	@Test
	void requestsDoNotWaitForABudgetThatDoesNotRespond() throws Exception {
		Deque<Runnable> tasks = new ArrayDeque<>();
		GatewayRateLimiter hanging = limiter(tasks::add);
		long start = this.ticker.nanoTime();
		hanging.acquire(RequestPriority.SHORT, MINUTE);
		assertThat(this.ticker.nanoTime() - start).isEqualTo(SharedTurn.MAX_RESPONSE_TIME);
		hanging.acquire(RequestPriority.SHORT, MINUTE);
		assertThat(this.ticker.nanoTime() - start).isEqualTo(SharedTurn.MAX_RESPONSE_TIME);
		hanging.acquire(RequestPriority.SHORT, Duration.ZERO);
		assertThat(tasks).hasSize(1);
		this.ticker.advance(Duration.ofMillis(1));
		tasks.remove().run();
		assertThat(warnings()).singleElement().asString().endsWith("it responds too slowly");
		hanging.acquire(RequestPriority.SHORT, Duration.ZERO);
		assertThat(tasks).isEmpty();
	}

	@Test
	void requestWithoutPatienceWaitsForTheResponseButNotForATurn() throws Exception {
		Deque<Runnable> tasks = new ArrayDeque<>();
		Ticker respondsMeanwhile = new Ticker() {

			@Override
			public long nanoTime() {
				return SharedTurnTests.this.ticker.nanoTime();
			}

			@Override
			public void sleep(Duration duration) {
				throw new UnsupportedOperationException();
			}

			@Override
			public void await(Lock lock, Condition condition, long nanos) {
				assertThat(nanos).isEqualTo(SharedTurn.MAX_RESPONSE_TIME);
				SharedTurnTests.this.ticker.advance(Duration.ofMillis(900));
				tasks.remove().run();
			}

		};
		GatewayRateLimiter health = new GatewayRateLimiter(60, MINUTE, respondsMeanwhile, this.budget, tasks::add);
		this.budget.waits.addAll(List.of(Duration.ZERO, Duration.ofMillis(1)));
		health.acquire(RequestPriority.HEALTH, Duration.ZERO);
		this.ticker.advance(Duration.ofSeconds(5));
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> health.acquire(RequestPriority.HEALTH, Duration.ZERO));
		assertThat(this.budget.taken).isEqualTo(2);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void requestsContinueWithoutAThreadForTheBudget() throws Exception {
		GatewayRateLimiter threadless = limiter((task) -> {
			throw new OutOfMemoryError("unable to create native thread");
		});
		threadless.acquire(RequestPriority.SHORT, Duration.ZERO);
		assertThat(warnings()).singleElement().asString().endsWith("java.lang.OutOfMemoryError");
	}

	private Duration waitOf(RequestPriority priority) throws Exception {
		long start = this.ticker.nanoTime();
		this.limiter.acquire(priority, MINUTE);
		return Duration.ofNanos(this.ticker.nanoTime() - start);
	}

	private boolean isOpen(RequestPriority priority) {
		try {
			this.limiter.acquire(priority, Duration.ZERO);
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

		private final Deque<Duration> waits = new ArrayDeque<>();

		private final List<Duration> pauses = new ArrayList<>();

		private Runnable meanwhile = () -> {
		};

		private RuntimeException failure;

		private int taken;

		@Override
		public Duration takeTurn(Duration longest) {
			this.taken++;
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
