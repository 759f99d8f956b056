/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayAvailability;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.support.Latches;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.VirtualTicker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link AccessTokens}.
 */
@Timeout(30)
class AccessTokensTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final TestSource source = new TestSource();

	private AccessTokens tokens = tokens(this.source);

	@AfterEach
	void close() {
		this.source.answered.countDown();
		this.tokens.close();
	}

	@Test
	void interruptOfTheCallerIsNoneOfTheSource() throws Exception {
		CompletableFuture<AccessTokenException> failure = new CompletableFuture<>();
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				this.tokens.renew("jwt-1", null, PATIENCE);
			}
			catch (AccessTokenException ex) {
				interrupted.complete(Thread.currentThread().isInterrupted());
				failure.complete(ex);
			}
		});
		caller.start();
		this.source.started.await();
		caller.interrupt();
		assertThat(failure.get()).hasMessageContaining("interrupted");
		assertThat(interrupted.get()).isTrue();
		this.source.answered.countDown();
		assertThat(this.source.finished.get()).isEqualTo("finished");
	}

	@Test
	void callerWaitsUntilItsDeadlineOnly() {
		assertThatExceptionOfType(AccessTokenException.class)
			.isThrownBy(() -> this.tokens.renew("jwt-1", null, Duration.ofMillis(10)))
			.withMessageContaining("does not respond")
			.satisfies((ex) -> {
				assertThat(ex.isTransient()).isTrue();
				assertThat(ex.isUnreadable()).isFalse();
				assertThat(ex.isUnexpected()).isFalse();
			});
		assertThat(this.source.finished).isNotDone();
	}

	@Test
	void callThatIsNotBoundToItsUserFailsAtOnceAndIsNotCounted() {
		AtomicInteger failures = new AtomicInteger(60);
		this.tokens = tokens(new AccessTokenSource() {

			@Override
			public String getAccessToken() {
				return "jwt-1";
			}

			@Override
			public Runnable bindToUser(Runnable task) {
				return () -> {
					if (failures.getAndDecrement() > 0) {
						throw new IllegalStateException("The session store is down");
					}
					task.run();
				};
			}

		});
		for (int i = 0; i < 60; i++) {
			assertThatExceptionOfType(AccessTokenException.class).isThrownBy(() -> this.tokens.currentToken(PATIENCE))
				.withMessageContaining("its source failed")
				.satisfies((ex) -> assertThat(ex.isTransient()).isTrue());
		}
		assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-1");
	}

	@Test
	void sourceThatDoesNotRespondOccupiesOneThreadOfEachUser() {
		this.source.user = () -> "alice";
		List<CompletableFuture<String>> callers = renewTwice();
		await().until(() -> this.source.started.getCount() == 0);
		assertThat(callers).noneMatch(CompletableFuture::isDone);
		this.source.user = () -> "bob";
		callers.addAll(renewTwice());
		await().until(() -> this.source.calls.get() == 2);
		this.source.answered.countDown();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller.join()).isEqualTo("jwt-2"));
		assertThat(this.source.calls).hasValue(2);
	}

	@Test
	void sourceThatDoesNotRespondOccupiesFewThreadsOfEachRequesterIfItKnowsNoUser() {
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			callers.add(new Thread(() -> isRefused(() -> this.tokens.renew("jwt-1", "mallory", PATIENCE))));
		}
		callers.forEach(Thread::start);
		await().until(() -> this.source.calls.get() == 50);
		callers.forEach(Thread::interrupt);
		await().until(() -> callers.stream().noneMatch(Thread::isAlive));
		assertThat(this.source.calls).hasValue(50);
		assertThatExceptionOfType(AccessTokenException.class).isThrownBy(() -> identify("mallory"))
			.withMessageContaining("too many calls of it do not return");
		identify("anna");
		identify(null);
		this.source.answered.countDown();
		await().until(() -> !isRefused(() -> identify("mallory")));
	}

	private void identify(@Nullable String requester) {
		this.tokens.identify(PATIENCE, RequestOrigin.of("Refunds.pay", requester)).close();
	}

	@Test
	void tokenThatWasJustRenewedIsNotRenewedAgain() {
		VirtualTicker ticker = new VirtualTicker();
		this.tokens = new AccessTokens(GatewayCredentials.NONE, this.source, PATIENCE, ticker);
		this.source.answered.countDown();
		for (String user : new String[] { "alice", null }) {
			int before = this.source.calls.get();
			this.source.user = () -> user;
			assertThat(this.tokens.renew("jwt-1", null, PATIENCE)).isEqualTo("jwt-2");
			assertThat(this.tokens.renew("jwt-2", null, PATIENCE)).isNull();
			assertThat(this.tokens.renew("jwt-1", null, PATIENCE)).isEqualTo("jwt-2");
			assertThat(this.source.calls).hasValue(before + 1);
			ticker.advance(Duration.ofSeconds(30));
			this.tokens.renew("jwt-2", null, PATIENCE);
			assertThat(this.source.calls).hasValue(before + 2);
		}
	}

	@Test
	void tokenOfFormerUserOfALoginIsNotUsedAfterRenewal() {
		this.source.user = () -> "login";
		this.source.answered.countDown();
		assertThat(this.tokens.renew("jwt-1", null, PATIENCE)).isEqualTo("jwt-2");
		this.source.token = "jwt-of-bob";
		assertThat(this.tokens.renew("jwt-of-bob", null, PATIENCE)).isNull();
		assertThat(this.tokens.renew("jwt-0", null, PATIENCE)).isEqualTo("jwt-of-bob");
		assertThat(this.source.calls).hasValue(1);
	}

	@Test
	void callThatHasReturnedIsNotJoined() {
		this.source.user = () -> "alice";
		for (int i = 1; i <= 5000; i++) {
			this.tokens.currentToken(PATIENCE);
			assertThat(this.source.obtained).hasValue(i);
		}
	}

	@Test
	void callThatDoesNotReturnIsNotJoinedForEver() {
		VirtualTicker ticker = new VirtualTicker();
		this.tokens = new AccessTokens(GatewayCredentials.NONE, this.source, PATIENCE, ticker);
		this.source.user = () -> "alice";
		List<CompletableFuture<String>> callers = renewTwice();
		await().until(() -> this.source.calls.get() == 1);
		ticker.advance(PATIENCE);
		callers.addAll(renewTwice());
		await().until(() -> this.source.calls.get() == 2);
		this.source.answered.countDown();
		assertThat(callers).allSatisfy((caller) -> assertThat(caller.join()).isEqualTo("jwt-2"));
		assertThat(this.source.calls).hasValue(2);
	}

	@Test
	void usersWhoAreNotKnownShareNothing() {
		List<CompletableFuture<String>> callers = renewTwice();
		await().until(() -> this.source.calls.get() == 2);
		this.source.answered.countDown();
		callers.forEach(CompletableFuture::join);
	}

	@Test
	void closingWaitsForTheCallInProgress() throws Exception {
		CompletableFuture<String> caller = CompletableFuture
			.supplyAsync(() -> this.tokens.renew("jwt-1", null, PATIENCE));
		this.source.started.await();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.tokens::close);
		await().until(() -> isRefused(() -> this.tokens.renew("jwt-1", null, PATIENCE)));
		assertThat(closed).isNotDone();
		this.source.answered.countDown();
		closed.get();
		assertThat(this.source.finished).isCompletedWithValue("finished");
		assertThat(caller.get()).isEqualTo("jwt-2");
	}

	@Test
	void refreshAheadOfTimeDelaysNoRequest() throws Exception {
		this.source.refreshesAhead = true;
		this.source.user = () -> "anna";
		for (int i = 0; i < 3; i++) {
			assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-1");
		}
		this.source.started.await();
		CompletableFuture<Void> closed = CompletableFuture.runAsync(this.tokens::close);
		await().until(() -> isRefused(() -> this.tokens.renew("jwt-1", null, PATIENCE)));
		assertThat(closed).isNotDone();
		this.source.answered.countDown();
		closed.get();
		assertThat(this.source.finished).isCompletedWithValue("finished");
		assertThat(this.source.calls).hasValue(1);
	}

	@Test
	void sourceThatNeverRespondsDelaysClosingForALimitedTime() throws Exception {
		this.tokens = new AccessTokens(GatewayCredentials.NONE, this.source, Duration.ofMillis(10), Ticker.system());
		CompletableFuture.supplyAsync(() -> this.tokens.renew("jwt-1", null, PATIENCE));
		this.source.started.await();
		this.tokens.close();
		assertThat(this.source.finished).isNotDone();
	}

	@Test
	void sourceSeesNoUserThatNewThreadsInherit() throws Exception {
		InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
		this.tokens = tokens(() -> String.valueOf(user.get()));
		user.set("alice");
		try (GatewayRequestExecutor.Scope request = this.tokens.identify(PATIENCE, RequestOrigin.APPLICATION)) {
			assertThat(request.remaining()).isPositive();
			assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("null");
		}
	}

	@Test
	void requestHasTheTokenThatWasObtainedBefore() {
		AtomicInteger number = new AtomicInteger();
		VirtualTicker ticker = new VirtualTicker();
		this.tokens = new AccessTokens(GatewayCredentials.NONE, () -> "jwt-" + number.incrementAndGet(), PATIENCE,
				ticker);
		try (GatewayRequestExecutor.Scope outer = this.tokens.identify(PATIENCE, RequestOrigin.APPLICATION)) {
			assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-1");
			try (GatewayRequestExecutor.Scope inner = this.tokens.identify(PATIENCE, RequestOrigin.APPLICATION)) {
				assertThat(inner.remaining()).isEqualTo(PATIENCE);
				assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-2");
			}
			assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-1");
			ticker.advance(Duration.ofSeconds(6));
			assertThat(outer.remaining()).isEqualTo(PATIENCE.minusSeconds(6));
			assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-3");
		}
		assertThat(this.tokens.currentToken(PATIENCE)).isEqualTo("jwt-4");
	}

	@Test
	void requestWithoutATokenTakesNoTurnAndIsNoContact() throws Exception {
		VirtualTicker ticker = new VirtualTicker();
		GatewayRateLimiter rateLimiter = new GatewayRateLimiter(10, Duration.ofMinutes(1), ticker);
		GatewayAvailability availability = new GatewayAvailability(InstantSource.system(), ticker);
		for (RuntimeException failure : List.of(new IllegalStateException("jwt-1"),
				new AirlockGatewayException(new GatewayError(401, "unauthorized", null, null, null)),
				new IdentityUnavailableException("Sign in at the desk", null))) {
			this.tokens = tokens(() -> {
				throw failure;
			});
			GatewayRequestExecutor executor = new GatewayRequestExecutor(rateLimiter).recordedBy(availability)
				.identifiedBy(this.tokens);
			List<String> sent = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				assertThatExceptionOfType(AirlockGatewayException.class)
					.isThrownBy(() -> executor.execute(RequestPriority.SHORT, PATIENCE, () -> {
						sent.add("sent");
						return "answer";
					}))
					.satisfies((ex) -> {
						assertThat(ex).hasMessageNotContaining("jwt-1");
						assertThat(ex.getStatus()).isZero();
						assertThat(ex).isInstanceOfAny(AccessTokenException.class, IdentityUnavailableException.class);
					});
			}
			assertThat(sent).isEmpty();
			assertThat(availability.getLastFailure()).isNull();
		}
		rateLimiter.acquire(RequestPriority.SHORT, Duration.ZERO, RequestOrigin.APPLICATION);
	}

	@Test
	void failureOfARefreshIsNoContact() {
		GatewayAvailability availability = new GatewayAvailability(InstantSource.system(), Ticker.system());
		GatewayRequestExecutor executor = new GatewayRequestExecutor(
				new GatewayRateLimiter(10, Duration.ofMinutes(1), new VirtualTicker()))
			.recordedBy(availability);
		assertThatExceptionOfType(AccessTokenException.class).isThrownBy(() -> executor.execute(RequestPriority.SHORT,
				PATIENCE, () -> this.tokens.renew("jwt-1", null, Duration.ofMillis(1))));
		assertThat(availability.getLastFailure()).isNull();
	}

	private List<CompletableFuture<String>> renewTwice() {
		List<CompletableFuture<String>> callers = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			CountDownLatch called = new CountDownLatch(1);
			CompletableFuture<String> caller = new CompletableFuture<>();
			Supplier<@Nullable Object> user = this.source.user;
			this.source.user = () -> {
				called.countDown();
				return user.get();
			};
			new Thread(() -> caller.complete(this.tokens.renew("jwt-1", null, PATIENCE))).start();
			Latches.await(called);
			callers.add(caller);
		}
		return callers;
	}

	private static boolean isRefused(Runnable call) {
		try {
			call.run();
			return false;
		}
		catch (AccessTokenException ex) {
			return true;
		}
	}

	private static AccessTokens tokens(AccessTokenSource source) {
		return new AccessTokens(GatewayCredentials.NONE, source, PATIENCE, Ticker.system());
	}

	/**
	 * Source whose refreshes take until they are answered, and fail if their thread is
	 * interrupted.
	 */
	private static final class TestSource implements AccessTokenSource {

		private final CountDownLatch started = new CountDownLatch(1);

		private final CountDownLatch answered = new CountDownLatch(1);

		private final CompletableFuture<String> finished = new CompletableFuture<>();

		private final AtomicInteger calls = new AtomicInteger();

		private final AtomicInteger obtained = new AtomicInteger();

		private volatile boolean refreshesAhead;

		private volatile String token = "jwt-1";

		private volatile Supplier<@Nullable Object> user = () -> null;

		@Override
		public String getAccessToken() {
			this.obtained.incrementAndGet();
			return this.token;
		}

		@Override
		public void refreshAhead() {
			if (this.refreshesAhead) {
				renewAccessToken("jwt-1");
			}
		}

		@Override
		public String renewAccessToken(String refused) {
			this.calls.incrementAndGet();
			this.started.countDown();
			try {
				this.finished.complete(this.answered.await(1, TimeUnit.MINUTES) ? "finished" : "too late");
			}
			catch (InterruptedException ex) {
				this.finished.complete("interrupted");
			}
			return "jwt-2";
		}

		@Override
		public @Nullable Object findUserKey() {
			return this.user.get();
		}

	}

}
