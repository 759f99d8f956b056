/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WaitScope}.
 */
class WaitScopeTests {

	private final WaitScope scope = new WaitScope();

	@AfterEach
	void clear() {
		Thread.interrupted();
	}

	@Test
	void cancelEndsAPauseWithoutAnInterrupt() {
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		CountDownLatch entered = new CountDownLatch(1);
		Thread thread = new Thread(() -> {
			try (this.scope) {
				this.scope.enter();
				entered.countDown();
				assertThatExceptionOfType(InterruptedException.class)
					.isThrownBy(() -> Ticker.system().sleep(Duration.ofMinutes(10)));
				interrupted.complete(Thread.currentThread().isInterrupted());
			}
		});
		thread.start();
		Latches.await(entered);
		assertThat(this.scope.cancel()).isTrue();
		assertThat(interrupted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(false);
	}

	@Test
	void cancelEndsTheWaitForACondition() {
		ReentrantLock lock = new ReentrantLock();
		Condition condition = lock.newCondition();
		CompletableFuture<Boolean> ended = new CompletableFuture<>();
		CountDownLatch entered = new CountDownLatch(1);
		new Thread(() -> {
			lock.lock();
			try (this.scope) {
				this.scope.enter();
				entered.countDown();
				Ticker.system().await(lock, condition, Long.MAX_VALUE);
				ended.complete(WaitScope.interrupted());
			}
			catch (InterruptedException ex) {
				ended.complete(true);
			}
			finally {
				lock.unlock();
			}
		}).start();
		Latches.await(entered);
		this.scope.cancel();
		assertThat(ended).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
	}

	@Test
	void cancelledScopeEndsTheNextWaitOnce() throws Exception {
		try (this.scope) {
			this.scope.enter();
			this.scope.cancel();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> Ticker.system().sleep(Duration.ofMinutes(10)));
			Ticker.system().sleep(Duration.ofNanos(1));
		}
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void interruptOfOthersIsPutAsideAndRestored() throws Exception {
		Thread.currentThread().interrupt();
		try (this.scope) {
			this.scope.enter();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> Ticker.system().sleep(Duration.ofMinutes(10)));
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			Ticker.system().sleep(Duration.ofNanos(1));
			this.scope.release();
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		}
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void interruptOfOthersIsKeptIfItComesTogetherWithACancellation() {
		try (this.scope) {
			this.scope.enter();
			this.scope.cancel();
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> Ticker.system().sleep(Duration.ofMinutes(10)));
		}
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void cancellationEndsTheWaitsOfInnerScopes() {
		try (this.scope) {
			this.scope.enter();
			this.scope.cancel();
			WaitScope.interrupted();
			try (WaitScope inner = new WaitScope().enter()) {
				assertThat(inner.isCancelled()).isFalse();
				assertThatExceptionOfType(InterruptedException.class)
					.isThrownBy(() -> Ticker.system().sleep(Duration.ofMinutes(10)));
			}
		}
	}

	@Test
	void cancellationOfAnOuterScopeIsNotConsumedByAnInnerOne() {
		try (this.scope) {
			this.scope.enter();
			try (WaitScope inner = new WaitScope().enter()) {
				this.scope.cancel();
				assertThat(WaitScope.interrupted()).isTrue();
				assertThat(WaitScope.isInterrupted()).isFalse();
				assertThat(inner.isCancelled()).isFalse();
			}
			assertThat(WaitScope.isInterrupted()).isTrue();
		}
	}

	@Test
	void waitInAnInnerScopeLeavesTheWaitOfTheOuterOneToBeEnded() throws Exception {
		AtomicInteger ended = new AtomicInteger();
		try (this.scope) {
			this.scope.enter();
			WaitScope.await(ended::incrementAndGet, () -> {
				try (WaitScope inner = new WaitScope().enter()) {
					Ticker.system().sleep(Duration.ofNanos(1));
					assertThat(inner.isCancelled()).isFalse();
				}
				this.scope.cancel();
				return true;
			});
		}
		assertThat(ended).hasValue(1);
	}

	@Test
	void interruptInAnInnerScopeIsRestoredByTheOuterOne() {
		try (this.scope) {
			this.scope.enter();
			try (WaitScope inner = new WaitScope().enter()) {
				Thread.currentThread().interrupt();
				inner.cancel();
			}
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThat(WaitScope.isInterrupted()).isTrue();
		}
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void releasedScopeCannotBeCancelled() {
		try (this.scope) {
			this.scope.enter();
			this.scope.release();
			assertThat(this.scope.cancel()).isFalse();
			Thread.currentThread().interrupt();
			assertThat(WaitScope.interrupted()).isTrue();
		}
	}

}
